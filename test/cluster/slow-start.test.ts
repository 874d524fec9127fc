import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.ts';
import { testConfig } from './config.ts';
import { type Fixture, fixture } from './fixture.ts';

let server: Fixture | undefined;

afterEach(async () => {
  await server?.supervisor.kill();
});

/** Pings go unanswered for longer than a worker that is up may leave them so: 1.5 s. */
function start(file: URL, boot: number): { readonly server: Fixture; readonly started: Promise<unknown> } {
  const script = fileURLToPath(file);
  const slow = fixture({ script, config: testConfig({ workers: 1 }) }, { ping: 100, unansweredPings: 15, boot });
  server = slow;
  return { server: slow, started: slow.supervisor.start() };
}

function isKilled({ logged }: Fixture): boolean {
  return logged.some(({ msg }) => msg === 'worker hangs and is killed');
}

/** A busy machine starts a worker so slowly that it was killed as one that hangs, and its successor too, for ever. */
describe('a worker that takes long to start', () => {
  it('is waited for', async () => {
    const slow = start(new URL('./fixture-slow-start.mjs', import.meta.url), 60_000);
    await until(() => slow.server.forks[0]?.state.phase === 'listening', { timeout: 20_000 });
    await slow.started;
    expect(isKilled(slow.server)).toBe(false);
    expect(slow.server.forks).toHaveLength(1);
  });

  it('is killed when it takes longer than any machine would', async () => {
    const slow = start(new URL('./fixture-never-up.mjs', import.meta.url), 1_000);
    await until(() => isKilled(slow.server), { timeout: 20_000 });
  });
});
