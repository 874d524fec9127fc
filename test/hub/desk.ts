import { type Answer, TestPoll } from './follower.ts';
import { KEY, settled, World } from './world.ts';

export interface PollOptions {
  readonly all?: boolean;
  /** Milliseconds; 50 s unless told. */
  readonly timeout?: number;
  readonly fresh?: boolean;
}

/** Polls of one key in a world of their own, and everything that they were told. */
export class Desk {
  readonly world = new World();
  readonly answers: Answer[] = [];

  /** Polls with a cursor, or with `null` without one. */
  async poll(cursor: string | null, options: PollOptions = {}): Promise<TestPoll> {
    const waiter = new TestPoll(cursor, options.all ?? false, (answer) => this.answers.push(answer));
    this.world.hub.poll(waiter, KEY, options.timeout ?? 50_000, options.fresh ?? false);
    await settled();
    return waiter;
  }

  /** The key is subscribed, live and read. */
  async prove(): Promise<void> {
    await this.world.steps('executeSubscribe', 'deliver', 'executeRead', 'answerRead');
  }

  async set(large = false): Promise<void> {
    this.world.engine.set(KEY, large);
    await this.world.steps('deliver');
  }

  /** Answers the one read that is under way. */
  async read(): Promise<void> {
    await this.world.steps('executeRead', 'answerRead');
  }
}
