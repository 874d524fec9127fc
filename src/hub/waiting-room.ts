import type { Clock } from '../clock.ts';
import { CometError } from '../errors.ts';
import type { Meters } from '../metrics/meters.ts';
import type { Copy, Verdict } from './copy.ts';
import { formatCursor } from './cursor.ts';
import type { KeyState } from './key-state.ts';
import type { Waiter, WaiterOwner } from './waiter.ts';
import type { WakeTallies } from './wake-tallies.ts';
import type { Wheel } from './wheel.ts';

/** Guards a poll that never parks: the engine answers or fails long before. */
const ONCE_MS = 60_000;
/** Deliveries between two looks at the clock while one entry goes out to many. */
const WAKE_SAMPLE = 64;

/** What waiters still need that only the engine has. */
export interface Need {
  /** A read with a higher number than this. */
  readonly since: number;
  readonly history: boolean;
}

/** Lets waiters in and out, and answers them from a key's copy: each exactly once. */
export class WaitingRoom {
  readonly #clock: Clock;
  readonly #meters: Meters;
  readonly #wheel: Wheel;
  readonly #tallies: WakeTallies;

  constructor(clock: Clock, meters: Meters, wheel: Wheel, tallies: WakeTallies) {
    this.#clock = clock;
    this.#meters = meters;
    this.#wheel = wheel;
    this.#tallies = tallies;
  }

  /** `timeout` in milliseconds; 0 never parks. */
  enter(waiter: Waiter, owner: WaiterOwner, state: KeyState, timeout: number): void {
    this.#wheel.remove(state);
    state.add(waiter);
    waiter.owner = owner;
    state.wantsHistory ||= waiter.all;
    waiter.once = timeout === 0;
    waiter.readsBefore = state.reads;
    this.#meters.waiters++;
    this.#wheel.set(waiter, this.#clock.now() + (waiter.once ? ONCE_MS : timeout));
  }

  /** Its time is over, but it is answered only by the read that it waits for. */
  stayForRead(waiter: Waiter): void {
    waiter.once = true;
    this.#wheel.set(waiter, this.#clock.now() + ONCE_MS);
  }

  /** Takes a waiter out; false if it was out already. */
  leave(waiter: Waiter): boolean {
    if (waiter.owner === null) return false;
    waiter.owner = null;
    waiter.state?.drop(waiter);
    this.#wheel.remove(waiter);
    this.#meters.waiters--;
    return true;
  }

  refuse(waiter: Waiter, error: CometError): void {
    if (!this.leave(waiter)) return;
    try {
      waiter.onError(error);
    } catch (thrown) {
      breakOff(waiter, thrown);
    }
  }

  /**
   * Answers those of `waiters` (all of `state`) that the copy has something for, after read number `read` (0: none)
   * or because of an entry that the engine accepted at `acceptedAt` (0: none). Returns what the others need.
   */
  settle(state: KeyState, waiters: readonly Waiter[], read: number, acceptedAt = 0): Need | null {
    if (state.copy?.expired(this.#clock.now())) state.copy = null;
    const copy = state.copy;
    const ready: Waiter[] = [];
    const verdicts: Verdict[] = [];
    let since = -1;
    let history = false;
    let pending = false;
    for (const waiter of waiters) {
      const certain = read > waiter.readsBefore;
      if (waiter.fresh && !certain) continue;
      const verdict = judge(copy, waiter, certain);
      if (verdict === 'doubtful' || verdict === 'history') {
        since = Math.max(since, waiter.readsBefore);
        history ||= verdict === 'history';
        pending ||= waiter.parked;
      } else if (verdict === 'wait' && !waiter.once) {
        waiter.parked = true;
        waiter.fresh = false;
      } else {
        ready.push(waiter);
        verdicts.push(verdict);
      }
    }
    if (!this.#tallies.idle && copy !== null) {
      const { epoch, offset } = copy;
      this.#tallies.add(state.name, { epoch, offset, woken: countWoken(ready, verdicts), pending });
    }
    this.#answer(state, copy, ready, verdicts, acceptedAt);
    return since < 0 ? null : { since, history };
  }

  /** Answers a waiter that nothing came for. `certain`: the copy is known to be what the engine has. */
  timeOut(waiter: Waiter, state: KeyState, certain: boolean): void {
    if (!this.leave(waiter)) return;
    const { after } = waiter;
    const copy = state.copy?.expired(this.#clock.now()) ? null : state.copy;
    try {
      if (after === null) waiter.onTimeout('0', undefined);
      else if (certain && copy === null) waiter.onTimeout('0', after.offset === 0);
      // Nothing newer, or nothing that this worker is certain of: the client keeps what it has.
      else waiter.onTimeout(formatCursor(after.offset, after.epoch), true);
    } catch (thrown) {
      breakOff(waiter, thrown);
    }
  }

  /** `copy` is the one that was judged: whoever is answered may come again at once, and find it expired meanwhile. */
  #answer(
    state: KeyState,
    copy: Copy | null,
    ready: readonly Waiter[],
    verdicts: readonly Verdict[],
    acceptedAt: number,
  ): void {
    let unmeasured = 0;
    let handed = 0;
    for (let index = 0; index < ready.length; index++) {
      const waiter = ready[index] as Waiter;
      const verdict = verdicts[index] as Verdict;
      if (verdict === 'wait') this.timeOut(waiter, state, true);
      else if (this.leave(waiter)) {
        handed++;
        try {
          hand(waiter, copy as Copy, verdict);
        } catch (thrown) {
          breakOff(waiter, thrown);
        }
      }
      if (acceptedAt > 0 && ++unmeasured === WAKE_SAMPLE) {
        this.#measure(acceptedAt, unmeasured);
        unmeasured = 0;
      }
    }
    if (unmeasured > 0) this.#measure(acceptedAt, unmeasured);
    state.deliveries += handed;
  }

  #measure(acceptedAt: number, deliveries: number): void {
    this.#meters.wake.observe(Math.max(0, this.#clock.now() - acceptedAt) / 1000, deliveries);
  }
}

function countWoken(ready: readonly Waiter[], verdicts: readonly Verdict[]): number {
  return ready.filter(({ parked }, index) => parked && verdicts[index] !== 'wait').length;
}

function judge(copy: Copy | null, waiter: Waiter, certain: boolean): Verdict {
  if (copy === null) return certain || (waiter.after?.offset ?? 0) === 0 ? 'wait' : 'doubtful';
  const verdict = copy.judge(waiter.after, waiter.all);
  return verdict === 'doubtful' && certain ? copy.judgeForeign(waiter.all) : verdict;
}

/** An answer that throws is a defect of that answer: its waiter ends with it, and nobody else hears of it. */
function breakOff(waiter: Waiter, thrown: unknown): void {
  waiter.onError(new CometError('INTERNAL', { cause: thrown }));
}

function hand(waiter: Waiter, copy: Copy, verdict: Verdict): void {
  const recovered = verdict === 'plain' ? undefined : verdict === 'recovered';
  if (waiter.all) waiter.onEntries(copy.after(recovered ? waiter.after : null), recovered);
  else waiter.onEntry(copy.newest, recovered);
}
