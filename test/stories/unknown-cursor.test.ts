/** Elsewhere a client whose position the server didn't know was stuck, with no error: dunglas/mercure#704. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CometProcess } from '../support/comet-process.ts';
import { EventClient } from '../support/event-client.ts';
import { get } from '../support/http-client.ts';
import { set } from '../support/parked-fleet.ts';
import { until } from '../support/until.ts';
import { Deployment } from './deployment.ts';

const deployment = new Deployment();
let comet: CometProcess;
/** Of `known`, at its second entry. */
let cursor: string;
/** Of another key, at its third. */
let foreign: string;

beforeAll(async () => {
  const redis = await deployment.server();
  comet = await deployment.comet({ flags: { 'redis-url': redis.url } });
  for (const value of ['one', 'two']) cursor = await set(comet.port(), 'known', value);
  for (const value of ['1', '2', '3']) foreign = await set(comet.port(), 'other', value);
});

afterAll(() => deployment.clear());

function cursors(): [string, string][] {
  const epoch = cursor.slice(cursor.indexOf('-') + 1);
  return [
    ['of an epoch that never was', '1-never'],
    ['of another key', foreign],
    ['ahead of the key', `999-${epoch}`],
    ['as far ahead as there are numbers', `9007199254740991-${epoch}`],
  ];
}

describe('a position that nobody knows', () => {
  it('is answered at once with what there is, and with that something may have been missed', async () => {
    for (const [what, after] of cursors()) {
      for (const [index, port] of comet.ports.entries()) {
        const answer = await get(port, `/get?key=known&after=${after}&timeout=20${index === 0 ? '' : '&all=1'}`);
        expect([what, answer.json()]).toMatchObject([what, { error_code: 0, value: 'two', cursor, recovered: false }]);
      }
    }
  });

  it('is told to an event stream too, which then goes on', async () => {
    for (const [what, after] of cursors()) {
      const client = await EventClient.open(comet.port(), '/events?key=known', { headers: { 'last-event-id': after } });
      try {
        const events = await client.received(3);
        expect([what, events.map(({ type }) => type)]).toEqual([what, ['missed', 'entry', 'entry']]);
        expect(events[1]?.data).toMatchObject({ value: 'one', recovered: false });
        expect(client.lastEventId).toBe(cursor);
      } finally {
        client.close();
      }
    }
  });

  it('is no error and no answer where a key has nothing: the time-out says so, with where to go on', async () => {
    // A worker that could not ask Redis within the time says so by the cursor that it was given: who has that polls again.
    const answer = await until(async () => {
      const told = (await get(comet.port(), '/get?key=nothing&after=7-never&timeout=0.1')).json();
      return told.cursor === '7-never' ? null : told;
    });
    expect(answer).toEqual({ error_code: 1, key: 'nothing', cursor: '0', recovered: false });
  });

  it.each(['two', '1', '-1', '1-', '0x1-a', '1e3-a', '01-a', '1-a b', '99999999999999999-a'])(
    'is refused if it is none: "%s"',
    async (after) => {
      for (const path of ['/get', '/events']) {
        const answer = await get(comet.port(), `${path}?key=known&after=${encodeURIComponent(after)}`);
        expect([answer.status, answer.json().parameter]).toEqual([400, 'after']);
      }
    },
  );
});
