import { afterEach, describe, expect, it } from '@jest/globals';
import { fill } from '../contract/world.ts';
import { CALM } from '../support/redis-backend.ts';
import { outcome } from '../support/redis-client.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { RedisStage } from '../support/redis-stage.ts';

/** Deadline of calls, milliseconds: Redis, too, stands still at times on a busy machine. */
const TIMEOUT = 1_500;
/** A deadline is so many looks long. */
const LOOKS = 8;

/** Probes would be among the calls that wait: after the first, which makes an engine ready, there is none. */
const QUIET = { prefix: 'patience:', timeoutMs: TIMEOUT, probeIntervalMs: 60_000, probeTimeoutMs: 60_000 };

const stage = new RedisStage();

afterEach(() => stage.clear());

/** Entries of a key, written by somebody who has time. */
async function write(redis: RedisServer, key: string, count: number, length: number): Promise<void> {
  const client = await stage.opened({ url: redis.url, ...QUIET, ...CALM });
  await fill(client, key, Array<string>(count).fill('x'.repeat(length)));
}

/** Keeps this process from reading its sockets, as a CPU does that is busy with others. */
function stall(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

async function codesOf(calls: readonly Promise<unknown>[]): Promise<string[]> {
  const outcomes = await Promise.all(calls.map((call) => outcome(call)));
  return [...new Set(outcomes.map(({ code }) => code))];
}

/**
 * 18,000 polls of fresh keys came at once on a busy core, and half of them were answered 503 ENGINE_TIMEOUT: their reads
 * waited behind the others for longer than the deadline, with Redis replying all the time.
 */
describe('the deadline is for the silence of Redis', () => {
  it('and not for what this process takes to read its replies', async () => {
    const redis = await stage.server();
    await write(redis, 'large', 17, 8_000);
    const { engine } = await stage.opened({ url: redis.url, ...QUIET });
    let busy = true;
    const starve = () => {
      stall(TIMEOUT / 10);
      if (busy) setImmediate(starve);
    };
    // Far more than fits into what one turn of the event loop reads.
    const reads = Array.from({ length: 120 }, () => engine.read('large', true));
    const start = performance.now();
    starve();
    const codes = await codesOf(reads);
    busy = false;
    expect(codes).toEqual(['ok']);
    expect(performance.now() - start).toBeGreaterThan(TIMEOUT);
  });

  it('and not for a stall that is longer, with the reply in the socket', async () => {
    const redis = await stage.server();
    const { engine } = await stage.opened({ url: redis.url, ...QUIET });
    const read = outcome(engine.read('k', false));
    // Once it is written, and before a turn in which it could be read.
    await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
    stall(TIMEOUT * 2);
    expect((await read).code).toBe('ok');
  });

  it('and not for calls that wait behind others, while replies trickle in', async () => {
    const redis = await stage.server();
    const proxy = await stage.proxyTo(redis);
    const { engine } = await stage.opened({ url: `redis://127.0.0.1:${proxy.port}`, ...QUIET });
    await write(redis, 'k', 8, 50);
    // So the last one comes after more than a deadline, and after less than four.
    proxy.trickle(5, 'toClient');
    const start = performance.now();
    expect(await codesOf(Array.from({ length: 12 }, () => engine.read('k', false)))).toEqual(['ok']);

    expect(performance.now() - start).toBeGreaterThan(TIMEOUT * 1.2);
  });

  it('but a Redis that only trickles holds nobody for longer than four times as long', async () => {
    const redis = await stage.server();
    const proxy = await stage.proxyTo(redis);
    const { engine } = await stage.opened({ url: `redis://127.0.0.1:${proxy.port}`, ...QUIET });
    await write(redis, 'k', 1, 50);
    // All that is to trickle is with the proxy then: Redis may stand still.
    proxy.trickle(3, 'toClient');
    // Counted as patience counts: where this process stands still no look is taken, here or there.
    let looks = 0;
    const timer = setInterval(() => looks++, TIMEOUT / LOOKS);
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => outcome(engine.read('k', false))));
    clearInterval(timer);
    expect(outcomes.at(-1)?.code).toBe('ENGINE_TIMEOUT');
    expect(looks).toBeGreaterThan(LOOKS * 3.5);
    expect(looks).toBeLessThan(LOOKS * 5);
  });
});
