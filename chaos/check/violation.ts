/**
 * `lost`: an acknowledged value that somebody never got, untold. `order`: out of order, or twice. `phantom`: something
 * was seen that was not set. `late`: it came, but long after it could. `told`: somebody was told `recovered:false`
 * though nothing can have been missed. `broken`: it did not recover.
 */
export type ViolationKind = 'lost' | 'order' | 'phantom' | 'late' | 'told' | 'broken';

export interface Violation {
  readonly kind: ViolationKind;
  /** The follower or consumer. */
  readonly who: string;
  /** The key or mailbox. */
  readonly where: string;
  readonly what: string;
  /** When it showed, milliseconds of the run's clock. */
  readonly at: number;
}
