import type { Config } from '../../config/options.ts';
import type { Engine } from '../../engine/engine.ts';
import { CometError } from '../../errors.ts';
import { Rights } from '../../tokens/rights.ts';
import { checkReading, checkSetting } from '../access/key-check.ts';
import type { PublishDesk } from '../endpoints/publish-desk.ts';
import { performSet, readSet, SET_PARAMETERS } from '../endpoints/set-request.ts';
import {
  type ClientFrame,
  invalid,
  parseFrame,
  type RequestId,
  readKeys,
  readParameters,
  readPositions,
} from './client-frame.ts';
import type { Line } from './line.ts';
import { answerFrame, errorFrame } from './server-frame.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Publishes of one connection under way at once; from then on nothing is read from it until one is done. */
const MAX_UNDER_WAY = 32;

const DONE = { error_code: 0 };

export interface ConversationOptions {
  readonly config: Config;
  readonly engine: Engine;
  readonly desk: PublishDesk;
  readonly line: Line;
  readonly subscriptions: Subscriptions;
  readonly rights: Rights;
  /** Hears of each error that the client was told of. */
  readonly refused: (error: CometError) => void;
}

/** Does what the frames of one client say, and answers each of them once. */
export class Conversation {
  readonly #options: ConversationOptions;
  #underWay = 0;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** Something that was asked is not answered yet. */
  get busy(): boolean {
    return this.#underWay > 0;
  }

  receive(text: string): void {
    let request: RequestId;
    try {
      const frame = parseFrame(text);
      request = frame.request;
      this.#obey(frame);
    } catch (error) {
      this.#refuse(request, error);
    }
  }

  #obey(frame: ClientFrame): void {
    switch (frame.type) {
      case 'subscribe':
        this.#subscribe(frame);
        return;
      case 'unsubscribe':
        this.#options.subscriptions.remove(readKeys(frame, this.#options.config));
        this.#answer(frame.request, DONE);
        return;
      case 'publish':
        this.#publish(frame);
        return;
      case 'ping':
        this.#answer(frame.request, DONE);
        return;
      default:
        throw invalid('type', 'must be subscribe, unsubscribe, publish or ping');
    }
  }

  #subscribe(frame: ClientFrame): void {
    const { config, rights, subscriptions } = this.#options;
    const positions = readPositions(frame, config);
    checkReading(rights, [...positions.keys()]);
    subscriptions.add(positions, () => this.#answer(frame.request, DONE));
  }

  /** Throws what is wrong with it; what comes of it is answered later, maybe after what other frames came to. */
  #publish(frame: ClientFrame): void {
    const { config, engine, desk, rights, line } = this.#options;
    const set = readSet(readParameters(frame, SET_PARAMETERS), config);
    // Whoever came with nothing is told what is missing, as over HTTP.
    if (rights === Rights.reader) throw new CometError('UNAUTHORIZED');
    checkSetting(rights, set.key);
    desk.enter();
    if (++this.#underWay === MAX_UNDER_WAY) line.hold();
    void desk
      .count(performSet(engine, set))
      .finally(() => desk.leave())
      .then(
        (answer) => this.#answer(frame.request, answer),
        (error: unknown) => this.#refuse(frame.request, error),
      )
      .then(() => {
        if (this.#underWay-- === MAX_UNDER_WAY) line.release();
      });
  }

  #answer(request: RequestId, body: object): void {
    this.#options.line.send(answerFrame(request, body));
  }

  #refuse(request: RequestId, thrown: unknown): void {
    const error = CometError.of(thrown);
    this.#options.line.send(errorFrame(request, error));
    this.#options.refused(error);
  }
}
