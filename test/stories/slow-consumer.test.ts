/**
 * Elsewhere messages for a slow consumer were dropped, and neither it nor whoever looked for it was told:
 * fastly/pushpin#48022. Here such a stream halts; it is cut when its client takes nothing for long, which is counted; and
 * it goes on by cursor where its client was.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CometProcess } from '../support/comet-process.ts';
import { EventClient } from '../support/event-client.ts';
import { get } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { Deployment, sample, setMany } from './deployment.ts';

const ENTRIES = 200;
/** More, all together, than the kernel takes for a client that reads nothing. */
const VALUE = 'x'.repeat(60_000);

const deployment = new Deployment();
let comet: CometProcess;

beforeAll(async () => {
  comet = await deployment.comet({
    workers: 1,
    flags: {
      'events-heartbeat': 2,
      'max-stream-bytes': 65_536,
      'history-size': ENTRIES,
      'embedded-max-bytes': 67_108_864,
    },
  });
});

afterAll(() => deployment.clear());

function cut(): Promise<number> {
  return sample(comet, 'comet_stream_ends_total{end="slow"');
}

async function publish(key: string): Promise<string[]> {
  const values = Array.from({ length: ENTRIES }, (_, index) => `${index} ${VALUE}`);
  for (let first = 0; first < ENTRIES; first += 4) {
    await setMany(
      comet.port(),
      values.slice(first, first + 4).map((value) => ({ key, value })),
    );
  }
  return values;
}

describe('a consumer that reads nothing', () => {
  it('is cut, which is counted, and others notice nothing; it goes on where it was, and misses nothing', async () => {
    const slow = await EventClient.open(comet.port(), '/events?key=slow&after=0', { paused: true });
    const quick = await EventClient.open(comet.port(), '/events?key=slow&after=0');
    const values = await publish('slow');
    await until(() => quick.values('slow').length === ENTRIES);
    await until(async () => (await cut()) === 1, { interval: 50, message: 'the slow one to be cut' });
    expect(quick.state).toBe('open');
    slow.read();
    await slow.ended();
    const seen = slow.values('slow');
    expect(seen.length).toBeLessThan(ENTRIES);
    // On a busy machine it is too slow once more: then it comes back once more.
    for (let position = slow.lastEventId || '0'; seen.length < ENTRIES; ) {
      const again = await EventClient.open(comet.port(), '/events?key=slow', {
        headers: { 'last-event-id': position },
      });
      const rest = ENTRIES - seen.length;
      await until(() => again.values('slow').length >= rest || again.state !== 'open', { message: 'the rest' });
      expect(again.events.every(({ type }) => type === 'entry')).toBe(true);
      seen.push(...again.values('slow'));
      position = again.lastEventId;
      again.close();
    }
    expect(seen).toEqual(values);
    quick.close();
  });

  it('that stays away for longer than the history is told that it has missed something', async () => {
    const slow = await EventClient.open(comet.port(), '/events?key=behind&after=0', { paused: true });
    const before = await cut();
    await publish('behind');
    await publish('behind');
    await until(async () => (await cut()) > before, { interval: 50, message: 'the slow one to be cut' });
    slow.read();
    await slow.ended();
    const again = await EventClient.open(comet.port(), '/events?key=behind', {
      headers: { 'last-event-id': slow.lastEventId },
    });
    await again.received(2);
    expect(again.events[0]).toMatchObject({ type: 'missed', data: { key: 'behind' } });
    expect((await get(comet.port(), '/healthz')).status).toBe(200);
    again.close();
  });
});
