import { cycle } from './cycle.ts';
import { embedded } from './embedded.ts';
import { fanout } from './fanout.ts';
import { hotGet } from './hot-get.ts';
import { mailbox } from './mailbox.ts';
import { park } from './park.ts';
import { scale } from './scale.ts';
import type { Scenario } from './scenario.ts';
import { set } from './set.ts';
import { storm } from './storm.ts';

/** In the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [fanout, cycle, hotGet, set, storm, park, mailbox, scale, embedded];
