import { afterAll, beforeAll, describe } from '@jest/globals';
import { ackSuite } from './ack-suite.ts';
import { fullMailboxSuite } from './full-mailbox-suite.ts';
import { idempotencySuite } from './idempotency-suite.ts';
import { lifecycleSuite } from './lifecycle-suite.ts';
import { logSuite } from './log-suite.ts';
import { mailboxSuite } from './mailbox-suite.ts';
import { modelSuite } from './model-suite.ts';
import { noticeSuite } from './notice-suite.ts';
import { raceSuite } from './race-suite.ts';
import { type EngineFactory, type EngineSettings, World } from './world.ts';

/** Nothing of a world with these ends while a test looks at it. */
const LASTING: EngineSettings = { historySize: 4, historyTtlMs: 3_600_000, leaseMs: 30_000, maxMailboxLength: 100 };
/** History and leases of a world with these end while a test waits for it. */
const BRIEF: EngineSettings = { historySize: 4, historyTtlMs: 250, leaseMs: 250, maxMailboxLength: 100 };

/** Worlds that are open while a suite's tests run. */
export interface Worlds {
  readonly lasting: World;
  readonly brief: World;
}

/** What every engine has to do: each sentence of the contract in `src/engine/engine.ts` that a test can hold. */
export function engineSuite(name: string, factory: EngineFactory): void {
  describe(name, () => {
    let open: Worlds | null = null;
    const worlds = (): Worlds => {
      if (open === null) throw new Error('the worlds are open while a test runs');
      return open;
    };

    beforeAll(async () => {
      open = { lasting: await World.open(factory, LASTING), brief: await World.open(factory, BRIEF) };
    });

    afterAll(async () => {
      await open?.lasting.close();
      await open?.brief.close();
    });

    lifecycleSuite(worlds);
    logSuite(worlds);
    idempotencySuite(worlds);
    noticeSuite(worlds);
    mailboxSuite(worlds);
    fullMailboxSuite(worlds, LASTING.maxMailboxLength);
    ackSuite(worlds);
    raceSuite(worlds);
    modelSuite(worlds, LASTING.historySize);
  });
}
