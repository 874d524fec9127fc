import type { History, Publish } from '../history/history.ts';
import type { Violation } from './violation.ts';

type Found = Omit<Violation, 'what'>;

/** Nothing is seen that was not set before. */
export function* checkPhantoms(history: History): Generator<Violation> {
  for (const { follower, key, sightings } of history.traces) {
    const sets = history.sets.get(key) ?? [];
    for (const { at, number, cursor } of sightings) {
      const reason = number === null ? null : whyNot(sets, number, at);
      if (reason === null) continue;
      yield { kind: 'phantom', who: follower, where: key, what: `value ${number} at ${cursor} ${reason}`, at };
    }
  }
  for (const { consumer, uid, receipts } of history.mailboxes) {
    const pushes = history.pushes.get(uid) ?? [];
    for (const { at, number } of receipts) {
      const reason = whyNot(pushes, number, at);
      if (reason !== null)
        yield { kind: 'phantom', who: consumer, where: uid, what: `message ${number} ${reason}`, at };
    }
  }
}

/** One place in a log holds one value, for its publisher and for everybody. */
export function* checkPlaces(history: History): Generator<Violation> {
  const places = new Places();
  for (const [key, sets] of history.sets) {
    for (const { number, cursor, endedAt } of sets) {
      if (cursor === null) continue;
      yield* places.check({ kind: 'phantom', who: 'publisher', where: key, at: endedAt }, cursor, number);
    }
  }
  for (const { follower, key, sightings } of history.traces) {
    for (const { at, number, cursor } of sightings) {
      if (number === null) continue;
      yield* places.check({ kind: 'phantom', who: follower, where: key, at }, cursor, number);
    }
  }
}

/** Null if the value could be seen at that moment. The `number`-th value stands at that place of the list. */
function whyNot(publishes: readonly Publish[], number: number, at: number): string | null {
  const published = publishes[number - 1];
  if (published === undefined) return 'was never sent';
  if (published.sentAt > at) return 'was sent later';
  return published.outcome === 'refused' ? 'was refused' : null;
}

/** Which value stands at a cursor of a key. */
class Places {
  readonly #values = new Map<string, number>();

  *check(found: Found, cursor: string, number: number): Generator<Violation> {
    const place = `${found.where} ${cursor}`;
    const before = this.#values.get(place);
    this.#values.set(place, before ?? number);
    if (before === undefined || before === number) return;
    yield { ...found, what: `${cursor} is both ${before} and ${number}` };
  }
}
