import { InFlight } from './in-flight.ts';

/** A deadline is so many looks long. */
const LOOKS = 8;
/** Deadlines that a call may wait for while replies to those before it keep coming. */
const MOST = 4;

/**
 * How long a connection waits for replies: a deadline of silence, or a few of them while others are being replied to.
 *
 * Counted in looks and not by the clock, so that it is Redis' time and not ours: whenever this process is kept from its
 * CPU it doesn't look either, and between two looks what has arrived is read.
 */
export class Patience {
  readonly #inFlight = new InFlight();
  readonly #timer: NodeJS.Timeout;
  #look = 0;
  /** The look before which Redis was last heard. */
  #heard = 0;

  /** `over` is called, until `stop`, when a deadline of `timeoutMs` is over. A look late: an eighth of it. */
  constructor(timeoutMs: number, over: () => void) {
    const look = () => {
      this.#look++;
      if (!this.#isOver()) return;
      // In the last stretch, too, what has arrived is read first.
      setImmediate(() => {
        if (this.#isOver()) over();
      });
    };
    this.#timer = setInterval(look, Math.max(5, timeoutMs / LOOKS));
  }

  /** Calls that wait for a reply. */
  get size(): number {
    return this.#inFlight.size;
  }

  sent(): void {
    this.#inFlight.sent(this.#look);
  }

  /** The oldest call was replied to. */
  settled(): void {
    this.#inFlight.settled();
    this.heard();
  }

  /** Redis has said something. */
  heard(): void {
    this.#heard = this.#look;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #isOver(): boolean {
    const { oldest } = this.#inFlight;
    if (oldest === null) return false;
    return this.#look - Math.max(oldest, this.#heard) > LOOKS || this.#look - oldest > LOOKS * MOST;
  }
}
