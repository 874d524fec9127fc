import { Timed } from './wheel.ts';

/** What lasts over many expiries, each a sign of life, and says itself when it is over. */
export abstract class Lasting extends Timed {
  /** The hub lets nothing park any more, and has it expire soon, for the last time. */
  abstract drain(): void;
}
