import type { Outcome, Publish } from '../history/history.ts';
import { payload } from '../history/payload.ts';
import { attempt } from './attempt.ts';
import { Pause } from './pause.ts';
import type { Site, Way } from './site.ts';

export interface PublisherOptions {
  readonly site: Site;
  readonly way: Way;
  /** `/set`, where the target is a key, or `/push`, where it is a uid. */
  readonly call: '/set' | '/push';
  readonly target: string;
  /** Milliseconds between two. */
  readonly paceMs: number;
  /** Tries a set again until it is acknowledged, with the same id; else it goes on with the next value. */
  readonly isPatient: boolean;
}

const RETRY_MS = 50;
/** Until the next value after one that was not taken, so that it shows soon when they are taken again. */
const REFUSED_MS = 150;
/** Longer than any run: its end cuts it short. */
const HUSHED_MS = 3_600_000;
/** For how long it tries to set the last value of all. */
const LAST_MS = 60_000;

/** Publishes one value after the other under one name, and writes down what became of each. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #done: Publish[];
  readonly #pause = new Pause();
  #turn = 0;
  #isHushed = false;
  #isStopped = false;

  constructor(options: PublisherOptions) {
    const { site, call, target } = options;
    this.#options = options;
    this.#done = call === '/set' ? site.recorder.setsOf(target) : site.recorder.pushesOf(target);
  }

  /** Publishes until `stop`, and then a last value, which must be acknowledged; rejects if it is not. */
  async run(): Promise<void> {
    const { isPatient, paceMs, target } = this.#options;
    while (!this.#isStopped) {
      const outcome = await this.#publish(() => isPatient && !this.#isStopped);
      if (!this.#isStopped) await this.#pause.wait(outcome === 'acknowledged' ? paceMs : Math.min(paceMs, REFUSED_MS));
      while (this.#isHushed && !this.#isStopped) await this.#pause.wait(HUSHED_MS);
    }
    const deadline = performance.now() + LAST_MS;
    // A push is never repeated: another message takes its place.
    while (
      (await this.#publish(() => this.#options.call === '/set' && performance.now() < deadline)) !== 'acknowledged'
    ) {
      if (performance.now() > deadline) throw new Error(`the last value of ${target} was not taken in ${LAST_MS} ms`);
      await this.#pause.wait(RETRY_MS);
    }
  }

  /** Publishes no more until `stop`: what came last has to reach everybody without the help of what follows. */
  hush(): void {
    this.#isHushed = true;
  }

  stop(): void {
    this.#isStopped = true;
    this.#pause.end();
  }

  /** Publishes now, not only when its time comes. */
  nudge(): void {
    this.#pause.end();
  }

  async #publish(again: () => boolean): Promise<Outcome> {
    const sentAt = performance.now();
    const number = this.#done.length + 1;
    // Its place in the list is its number; the end of it is written when it is known.
    this.#done.push({ number, sentAt, endedAt: Number.POSITIVE_INFINITY, outcome: 'unknown', cursor: null });
    let outcome: Outcome = 'refused';
    let cursor: string | null = null;
    for (;;) {
      const tried = await attempt(this.#send(number));
      if (tried.outcome === 'acknowledged') ({ outcome, cursor } = tried);
      else if (tried.outcome === 'unknown') outcome = 'unknown';
      if (tried.outcome === 'acknowledged' || !again()) break;
      await this.#pause.wait(RETRY_MS);
    }
    this.#done[number - 1] = { number, sentAt, endedAt: performance.now(), outcome, cursor };
    return outcome;
  }

  #send(number: number) {
    const { site, way, call, target } = this.#options;
    const form =
      call === '/set'
        ? { key: target, value: payload(number), id: `${number}` }
        : { uid: target, value: payload(number) };
    return site.post(site.address(way, this.#turn++), call, form);
  }
}
