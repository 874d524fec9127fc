/**
 * Elsewhere a client that met another worker was told "Session ID unknown": socketio/socket.io#1739,
 * socketio/socket.io#1982. Here each poll goes to another worker of another machine.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { get, post } from '../support/http-client.ts';
import { KeyFollower } from '../support/key-follower.ts';
import { set } from '../support/parked-fleet.ts';
import { until } from '../support/until.ts';
import { Deployment } from './deployment.ts';

const ENTRIES = 40;
const MESSAGES = 12;

const deployment = new Deployment();
/** Of every worker of two machines, in turn. */
let ports: number[];

beforeAll(async () => {
  const redis = await deployment.server();
  // The follower may stand still while the others write.
  const flags = { 'redis-url': redis.url, 'history-size': 1000 };
  const machines = await Promise.all([deployment.comet({ flags }), deployment.comet({ flags })]);
  ports = [0, 1].flatMap((worker) => machines.map((machine) => machine.port(worker)));
});

afterAll(() => deployment.clear());

function portOf(turn: number): number {
  return ports[turn % ports.length] as number;
}

describe('a client whose every poll meets another worker', () => {
  it('gets every entry of a key once, in order', async () => {
    const follower = new KeyFollower('everywhere', ports);
    const following = follower.run();
    const written: string[] = [];
    try {
      for (let entry = 0; entry < ENTRIES; entry++) {
        await set(portOf(entry * 3 + 1), 'everywhere', `v${entry}`);
        written.push(`v${entry}`);
      }
      await until(() => follower.seen.length >= ENTRIES, { message: 'every entry' });
    } finally {
      follower.stop();
      // Wakes the last poll, so that it need not wait for its time-out.
      await set(portOf(0), 'everywhere', 'end');
      await following;
    }
    expect(follower.seen.slice(0, ENTRIES)).toEqual(written);
    expect(follower.faults).toEqual([]);
  });

  it('gets every message of its mailbox, with and without acknowledgements', async () => {
    const messages = Array.from({ length: MESSAGES }, (_, index) => `m${index}`);
    for (const uid of ['raw', 'acknowledged']) {
      for (const [turn, value] of messages.entries()) {
        expect((await post(portOf(turn), '/push', { form: { uid, value } })).status).toBe(200);
      }
    }
    const raw: string[] = [];
    for (let turn = 0; turn < MESSAGES; turn++) raw.push((await get(portOf(turn), '/?uid=raw&timeout=5')).body);
    expect(raw).toEqual(messages);
    const acknowledged: string[] = [];
    let ack = '';
    for (let turn = 0; turn < MESSAGES; turn++) {
      const answer = await get(portOf(turn + 1), `/?uid=acknowledged&timeout=5&ack=${ack}`);
      const { id, value } = answer.json<{ id: string; value: string }>();
      acknowledged.push(value);
      ack = id;
    }
    expect(acknowledged).toEqual(messages);
  });
});
