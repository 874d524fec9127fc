import { InFlight } from './in-flight.ts';

/** A deadline is so many looks long. */
const LOOKS = 8;
/** Deadlines that a call may wait for while replies to those before it keep coming. */
const MOST = 4;

/**
 * How long a connection waits for replies: a deadline of silence, or a few of them while others are being replied to.
 *
 * Counted in looks and not by the clock, so that it is Redis' time and not ours: whenever this process is kept from its
 * CPU it doesn't look either, and between two looks what has arrived is read. While nothing is waited for nothing looks,
 * so that an idle connection wakes nobody.
 */
export class Patience {
  readonly #inFlight = new InFlight();
  readonly #everyMs: number;
  readonly #over: () => void;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;
  #look = 0;
  /** The look before which Redis was last heard. */
  #heard = 0;

  /** `over` is called, until `stop`, when a deadline of `timeoutMs` is over. A look late: an eighth of it. */
  constructor(timeoutMs: number, over: () => void) {
    this.#everyMs = Math.max(5, timeoutMs / LOOKS);
    this.#over = over;
  }

  /** Calls that wait for a reply. */
  get size(): number {
    return this.#inFlight.size;
  }

  sent(): void {
    this.#inFlight.sent(this.#look);
    if (!this.#isStopped) this.#timer ??= setInterval(() => this.#takeLook(), this.#everyMs);
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
    this.#isStopped = true;
    this.#rest();
  }

  #rest(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #takeLook(): void {
    this.#look++;
    // Looked at here and not at each reply: a busy connection would start and stop its timer all the time.
    if (this.#inFlight.size === 0) this.#rest();
    else if (this.#isOver()) {
      // In the last stretch, too, what has arrived is read first.
      setImmediate(() => {
        if (!this.#isStopped && this.#isOver()) this.#over();
      });
    }
  }

  #isOver(): boolean {
    const { oldest } = this.#inFlight;
    if (oldest === null) return false;
    return this.#look - Math.max(oldest, this.#heard) > LOOKS || this.#look - oldest > LOOKS * MOST;
  }
}
