import { Agent } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CometProcess } from '../support/comet-process.ts';
import { get, post } from '../support/http-client.ts';
import { RedisServer } from '../support/redis-server.ts';

const RACES = 3000;
const AT_ONCE = 100;

let redis: RedisServer;
let machines: CometProcess[];
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  redis = await RedisServer.start();
  const flags = { 'redis-url': redis.url };
  machines = await Promise.all([CometProcess.start({ flags }), CometProcess.start({ flags })]);
});

afterAll(async () => {
  agent.destroy();
  await Promise.all(machines.map((machine) => machine.stop()));
  await redis.stop();
});

/** A port of any worker of any machine. */
function anyPort(): number {
  const ports = machines.flatMap((machine) => machine.ports);
  return ports[Math.floor(Math.random() * ports.length)] as number;
}

/** A poll and a set of one key set out in one moment; which comes first is left to chance. */
async function race(index: number): Promise<{ late: number; wrong: number }> {
  const key = `race-${index}`;
  const poll = () => get(anyPort(), `/get?key=${key}&after=0&timeout=20`, { agent });
  const set = () => post(anyPort(), '/set', { form: { key, value: 'there' }, agent });
  const [first, second] = Math.random() < 0.5 ? [poll, set] : [set, poll];
  const racers = [first()];
  for (let turns = Math.floor(Math.random() * 5); turns > 0; turns--) await new Promise(setImmediate);
  racers.push(second());
  const answers = await Promise.all(racers);
  const polled = answers[first === poll ? 0 : 1];
  const { error_code, value } = polled?.json<{ error_code: number; value?: string }>() ?? { error_code: -1 };
  return { late: error_code === 1 ? 1 : 0, wrong: error_code === 0 && value === 'there' ? 0 : 1 };
}

describe('polls and sets that race on any ports of two machines', () => {
  it('never leave a poll waiting for its time-out', async () => {
    let late = 0;
    let wrong = 0;
    for (let next = 0; next < RACES; next += AT_ONCE) {
      const races = await Promise.all(Array.from({ length: AT_ONCE }, (_, offset) => race(next + offset)));
      for (const result of races) {
        late += result.late;
        wrong += result.wrong;
      }
    }
    expect({ late, wrong }).toEqual({ late: 0, wrong: 0 });
  }, 120_000);
});
