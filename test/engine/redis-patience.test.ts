import { afterEach, describe, expect, it } from '@jest/globals';
import type { Engine } from '../../src/engine/engine.ts';
import { outcome } from '../support/redis-client.ts';
import { RedisStage } from '../support/redis-stage.ts';

/** Deadline of calls, milliseconds. */
const TIMEOUT = 500;

/** Probes would be among the calls that wait: after the first, which makes an engine ready, there is none. */
const QUIET = { timeoutMs: TIMEOUT, probeIntervalMs: 60_000, probeTimeoutMs: 60_000 };

const stage = new RedisStage();

afterEach(() => stage.clear());

const append = (engine: Engine, key: string, value: string) => engine.append(key, value, { ttl: 0, id: '' });

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
    const { engine } = await stage.opened({ url: redis.url, ...QUIET });
    for (let i = 0; i < 17; i++) await append(engine, 'large', 'x'.repeat(8_000));
    let busy = true;
    const starve = () => {
      stall(TIMEOUT / 20);
      if (busy) setImmediate(starve);
    };
    // Far more than fits into what one turn of the event loop reads.
    const reads = Array.from({ length: 60 }, () => engine.read('large', true));
    starve();
    const codes = await codesOf(reads);
    busy = false;
    expect(codes).toEqual(['ok']);
  });

  it('and not for a stall that is longer, with the reply in the socket', async () => {
    const redis = await stage.server();
    const { engine } = await stage.opened({ url: redis.url, ...QUIET });
    const read = outcome(engine.read('k', false));
    // Once it is written, and before a turn in which it could be read.
    await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
    stall(TIMEOUT * 3);
    expect((await read).code).toBe('ok');
  });

  it('and not for calls that wait behind others, while replies trickle in', async () => {
    const redis = await stage.server();
    const proxy = await stage.proxyTo(redis);
    const { engine } = await stage.opened({ url: `redis://127.0.0.1:${proxy.port}`, ...QUIET });
    for (let i = 0; i < 8; i++) await append(engine, 'k', 'x'.repeat(50));
    // So the last one comes after more than a deadline, and after less than four.
    proxy.trickle(20);
    const start = performance.now();
    expect(await codesOf(Array.from({ length: 12 }, () => engine.read('k', false)))).toEqual(['ok']);
    expect(performance.now() - start).toBeGreaterThan(TIMEOUT * 1.2);
  });

  it('but a Redis that only trickles holds nobody for longer than four times as long', async () => {
    const redis = await stage.server();
    const proxy = await stage.proxyTo(redis);
    const { engine } = await stage.opened({ url: `redis://127.0.0.1:${proxy.port}`, ...QUIET });
    await append(engine, 'k', 'x'.repeat(50));
    proxy.trickle(10);
    const { code, ms } = (await Promise.all(Array.from({ length: 40 }, () => outcome(engine.read('k', false))))).at(
      -1,
    ) as { code: string; ms: number };
    expect(code).toBe('ENGINE_TIMEOUT');
    expect(ms).toBeGreaterThan(TIMEOUT * 3.5);
    expect(ms).toBeLessThan(TIMEOUT * 4 + 1_000);
  });
});
