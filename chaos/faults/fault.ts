import type { Deployment } from '../deployment/deployment.ts';
import type { Topology } from '../deployment/store.ts';
import type { Random } from '../random.ts';

/** What a fault finds. */
export interface Scene {
  readonly deployment: Deployment;
  /** For what the fault itself chooses. */
  readonly random: Random;
  /** Of the run. */
  readonly keys: readonly string[];
}

/** A fault that is there. */
export interface Injected {
  /** What was acknowledged since then Redis may have lost, `performance.now()`; it loses nothing without it. */
  readonly lossFrom?: number;
  /**
   * Ends it; resolves once whatever was broken answers again and all that belongs to it is mended. Where something is
   * left to mend after it answers, it calls `onBack` the moment it does.
   */
  heal(onBack: () => void): Promise<void>;
}

/** Something that breaks, and how it is mended. */
export interface Fault {
  readonly name: string;
  /** Two faults of one part are never there at once. */
  readonly part: 'redis' | 'way' | 'machine' | 'nginx';
  readonly topologies: readonly Topology[];
  /** How many times each Redis may take another replication id through it. */
  readonly lives: number;
  /** How many masters it has replaced by others. */
  readonly elections: number;
  /** For how long it lasts at least and at most, milliseconds. */
  readonly hold: readonly [number, number];
  /** What is done; for the table of faults. */
  readonly how: string;
  /** What clients see; for the table of faults. */
  readonly seen: string;
  /** The file of the tests that break the same thing on its own. */
  readonly test: string;
  inject(scene: Scene): Promise<Injected>;
}
