import { until } from '../../test/support/until.ts';
import { isCaughtUp } from '../check/caught-up.ts';
import { judge } from '../check/judge.ts';
import { Publisher } from '../clients/publisher.ts';
import { Site } from '../clients/site.ts';
import { SocketFollower } from '../clients/socket-follower.ts';
import { StreamFollower } from '../clients/stream-follower.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { Recorder } from '../history/recorder.ts';

export interface AudienceFound {
  readonly followers: number;
  /** How many entries came, in all. */
  readonly entries: number;
  /** How many times a stream or a WebSocket was taken up again. */
  readonly returns: number;
  /** What was missed, came twice or out of order, could not be published, or not be opened. */
  readonly failures: readonly string[];
}

const KEYS = Array.from({ length: 4 }, (_, index) => `audience-${index}`);
const PACE_MS = 200;
/** Of each kind. */
const FOLLOWERS = 10;
const CATCH_UP_MS = 10_000;

/** Event streams and WebSockets through nginx, on keys that are set all the time. */
export class Audience {
  readonly #recorder = new Recorder();
  readonly #site: Site;
  readonly #publishers: readonly Publisher[];
  readonly #following: Promise<unknown>;
  /** Why publishing ended early. */
  readonly #publishing: Promise<readonly string[]>;
  #closed: Promise<AudienceFound> | null = null;

  /** Begins at once. */
  constructor({ front, workers }: Deployment) {
    const recorder = this.#recorder;
    this.#site = new Site({ recorder, front, workers });
    const place = { site: this.#site, way: 'front' } as const;
    this.#publishers = KEYS.map(
      (target) => new Publisher({ ...place, call: '/set', target, paceMs: PACE_MS, isPatient: false }),
    );
    const followers = Array.from({ length: FOLLOWERS }, () => [
      new StreamFollower({ ...place, name: 'stream', keys: KEYS }),
      new SocketFollower({ ...place, name: 'socket', keys: KEYS }),
    ]).flat();
    this.#following = Promise.all(followers.map((follower) => follower.run()));
    this.#publishing = Promise.all(this.#publishers.map((publisher) => publisher.run())).then(
      () => [],
      (error) => [String(error)],
    );
  }

  /** Ends it, once everybody has everything or should have had it. Idempotent. */
  close(): Promise<AudienceFound> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<AudienceFound> {
    const { history } = this.#recorder;
    for (const publisher of this.#publishers) publisher.stop();
    const unpublished = await this.#publishing;
    // The judge tells what did not come.
    await until(() => isCaughtUp(history), { timeout: CATCH_UP_MS }).catch(() => {});
    this.#site.close();
    await this.#following;
    this.#recorder.close();
    const { violations, tally } = judge(history);
    const { interruptions, unopened } = this.#recorder;
    return {
      followers: 2 * FOLLOWERS,
      entries: tally.deliveries,
      returns: interruptions,
      failures: [
        ...violations.map(({ kind, who, where, what }) => `${kind}: ${who} of ${where}: ${what}`),
        ...unpublished,
        ...(tally.refused + tally.unknown === 0 ? [] : [`${tally.refused + tally.unknown} sets were not taken`]),
        ...unopened,
      ],
    };
  }
}
