import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Notice } from '../../src/engine/engine.ts';
import { until } from '../support/until.ts';
import type { Worlds } from './engine-suite.ts';
import { KeyModel, MailboxModel, type ModelNotice } from './model.ts';
import { type Client, set, settle, unique, watch } from './world.ts';

type Step =
  | { readonly op: 'append'; readonly client: number; readonly value: string; readonly id: string }
  | { readonly op: 'remove'; readonly client: number }
  | { readonly op: 'read'; readonly client: number; readonly history: boolean };

type MailStep =
  | { readonly op: 'push'; readonly client: number; readonly value: string }
  | { readonly op: 'pop'; readonly client: number; readonly count: number; readonly parked: boolean }
  | { readonly op: 'giveBack'; readonly client: number }
  | { readonly op: 'take'; readonly client: number; readonly ack: number; readonly parked: boolean };

const client = fc.nat({ max: 1 });
const parked = fc.boolean();
// Few different ones, so that they meet again.
const value = fc.oneof(fc.constantFrom('', 'a', 'b'), fc.string({ unit: 'binary', maxLength: 20 }));
const id = fc.constantFrom('', '', '', 'i', 'j');
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ op: fc.constant('append' as const), client, value, id }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('remove' as const), client }) },
    { weight: 3, arbitrary: fc.record({ op: fc.constant('read' as const), client, history: fc.boolean() }) },
  ),
  { maxLength: 40 },
);
const mailSteps: fc.Arbitrary<MailStep[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ op: fc.constant('push' as const), client, value }) },
    {
      weight: 2,
      arbitrary: fc.record({ op: fc.constant('pop' as const), client, count: fc.integer({ min: 1, max: 3 }), parked }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('giveBack' as const), client }) },
    // How many flights ago: 0 is the right one, 4 none at all.
    { weight: 4, arbitrary: fc.record({ op: fc.constant('take' as const), client, ack: fc.nat({ max: 4 }), parked }) },
  ),
  { maxLength: 40 },
);

/** Random histories, one step after the other from two engines, against a model. */
export function modelSuite(worlds: () => Worlds, historySize: number): void {
  describe('any history', () => {
    it('of a key is as the model says, and told to both engines as it was', async () => {
      const clients = [worlds().lasting.a, worlds().lasting.b];
      await fc.assert(
        fc.asyncProperty(steps, async (history) => {
          const key = unique('model');
          await Promise.all(clients.map((each) => watch(each, key)));
          const model = new KeyModel(historySize);
          const epochs = new Names();
          for (const step of history) await checkStep(clients[step.client] as Client, key, step, model, epochs);
          for (const { engine, events } of clients) {
            await until(() => events.notices(key).length >= model.notices.length);
            expect(events.notices(key).map((notice) => asModel(notice, epochs))).toEqual(model.notices);
            engine.unwatch(key);
          }
        }),
        { numRuns: 60 },
      );
    });

    it('of a mailbox is as the model says', async () => {
      const clients = [worlds().lasting.a, worlds().lasting.b];
      await fc.assert(
        fc.asyncProperty(mailSteps, async (history) => {
          const uid = unique('model');
          const model = new MailboxModel();
          const mailbox = new MailChecker(uid, model);
          for (const step of history) await mailbox.check(clients[step.client] as Client, step);
          const rest = await (clients[0] as Client).engine.mailboxes.pop(uid, 100, false);
          expect(rest).toEqual({ values: model.pop(100, false).values, leasedFor: 0 });
        }),
        { numRuns: 100 },
      );
      await settle(clients[0] as Client, clients[1] as Client);
    });
  });
}

/** Numbers random names 1, 2, 3 in the order in which they are first seen. */
class Names {
  readonly #numbers = new Map<string, number>();

  number(name: string): number {
    const number = this.#numbers.get(name) ?? this.#numbers.size + 1;
    this.#numbers.set(name, number);
    return number;
  }

  /** The name with this number; something that is no name if there is none. */
  name(number: number): string {
    for (const [name, known] of this.#numbers) if (known === number) return name;
    return 'none';
  }

  get size(): number {
    return this.#numbers.size;
  }
}

async function checkStep(from: Client, key: string, step: Step, model: KeyModel, epochs: Names): Promise<void> {
  switch (step.op) {
    case 'append': {
      const result = await set(from, key, step.value, 0, step.id);
      const answer =
        result.type === 'conflict' ? result.type : { life: epochs.number(result.epoch), offset: result.offset };
      expect(answer).toEqual(model.append(step.value, step.id));
      return;
    }
    case 'remove':
      model.remove();
      await from.engine.remove(key);
      return;
    case 'read': {
      const log = await from.engine.read(key, step.history);
      const { epoch = '', offset, first, values, ...rest } = log ?? {};
      expect(log && { life: epochs.number(epoch), offset, first, values }).toEqual(model.read(step.history));
      if (log !== null) expect(rest).toEqual({ ancestor: null, expiresAt: 0 });
      return;
    }
  }
}

function asModel(notice: Notice, epochs: Names): ModelNotice {
  const { type, offset } = notice;
  const life = epochs.number(notice.epoch);
  if (type === 'gone') return { type, life, offset };
  return { type, life, offset, first: notice.first, value: notice.value ?? 'did not travel' };
}

class MailChecker {
  readonly #uid: string;
  readonly #model: MailboxModel;
  readonly #flights = new Names();
  #popped: readonly string[] = [];

  constructor(uid: string, model: MailboxModel) {
    this.#uid = uid;
    this.#model = model;
  }

  async check({ engine: { mailboxes } }: Client, step: MailStep): Promise<void> {
    switch (step.op) {
      case 'push':
        this.#model.push(step.value);
        await mailboxes.push(this.#uid, step.value);
        return;
      case 'pop': {
        const { values, leasedFor } = await mailboxes.pop(this.#uid, step.count, step.parked);
        expect({ values, leased: leasedFor > 0 }).toEqual(this.#model.pop(step.count, step.parked));
        this.#popped = values;
        return;
      }
      case 'giveBack':
        if (this.#popped.length === 0) return;
        this.#model.giveBack(this.#popped);
        await mailboxes.giveBack(this.#uid, this.#popped);
        this.#popped = [];
        return;
      case 'take': {
        const ack = Math.max(0, this.#flights.size - step.ack);
        const { message, leasedFor } = await mailboxes.take(
          this.#uid,
          ack === 0 ? '' : this.#flights.name(ack),
          step.parked,
        );
        const flight = message && { flight: this.#flights.number(message.id), value: message.value };
        expect({ message: flight, leased: leasedFor > 0 }).toEqual(this.#model.take(ack, step.parked));
        return;
      }
    }
  }
}
