import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Comet } from 'comet-cluster/client';
import { until } from '../support/until.ts';
import { Lanes } from './lanes.ts';
import { Reader } from './reader.ts';
import { Site } from './site.ts';

let site: Site;
let lanes: Lanes;
/** Comes to the server through the lanes. */
let comet: Comet;
let publisher: Comet;

beforeAll(async () => {
  site = await Site.start();
  lanes = await Lanes.start(site.nginx.port);
  comet = site.client({}, lanes.url);
  publisher = site.client();
});

afterAll(async () => {
  comet?.close();
  lanes?.stop();
  await site?.stop();
});

describe('a watch that joins', () => {
  it('doubles nothing where the connection that all share lags its first poll', async () => {
    const first = new Reader(comet, 'lag', { after: { lag: '0' } });
    await first.live();
    lanes.hold('/events');
    for (const value of ['1', '2', '3']) await publisher.set('lag', value);
    const second = new Reader(comet, 'lag', { after: { lag: '0' } });
    expect(await second.got('3')).toEqual(['1', '2', '3']);
    expect(first.values()).toEqual([]);
    lanes.release('/events');
    expect(await first.got('3')).toEqual(['1', '2', '3']);
    await publisher.set('lag', '4');
    for (const reader of [first, second]) {
      expect(await reader.got('4')).toEqual(['1', '2', '3', '4']);
      expect(reader.missed).toEqual([]);
      reader.close();
    }
  });

  it('loses nothing where the connection that all share is ahead of its first poll', async () => {
    const first = new Reader(comet, 'ahead', { after: { ahead: '0' } });
    await publisher.set('ahead', '1');
    await first.got('1');
    lanes.hold('/get');
    const second = new Reader(comet, 'ahead', { after: { ahead: '0' } });
    // Head, body and end of an answer that knows of the first value alone.
    await until(() => lanes.waiting('/get') >= 3);
    for (const value of ['2', '3']) await publisher.set('ahead', value);
    await first.got('3');
    expect(second.values()).toEqual([]);
    lanes.release('/get');
    expect(await second.got('3')).toEqual(['1', '2', '3']);
    await publisher.set('ahead', '4');
    for (const reader of [first, second]) {
      expect(await reader.got('4')).toEqual(['1', '2', '3', '4']);
      expect(reader.missed).toEqual([]);
      reader.close();
    }
    // In step again: a single connection is left.
    const third = new Reader(comet, 'ahead');
    await third.live();
    await until(async () => (await site.figure('comet_streams')) === 1 && (await site.figure('comet_waiters')) === 1);
    third.close();
  });

  it('doubles nothing where the connection that all share overtakes a poll of its own', async () => {
    // As many keys as the connection takes: another one is polled for as long as they are followed.
    const crowd = Array.from({ length: 99 }, (_, index) => `overtake-${index}`);
    const first = new Reader(comet, ['overtake', ...crowd], { after: { overtake: '0' } });
    await first.live();
    lanes.hold('/events');
    await publisher.set('overtake', '1');
    const second = new Reader(comet, ['overtake', 'one too many'], { after: { overtake: '0' } });
    await second.got('1');
    // Behind with both keys, it polls for both.
    await until(async () => (await site.figure('comet_waiters')) === 102);
    lanes.hold('/get');
    await publisher.set('overtake', '2');
    await until(() => lanes.waiting('/get') >= 3);
    await publisher.set('overtake', '3');
    lanes.release('/events');
    expect(await second.got('3')).toEqual(['1', '2', '3']);
    lanes.release('/get');
    await publisher.set('one too many', 'polled');
    expect(await second.got('polled')).toEqual(['1', '2', '3', 'polled']);
    expect(await first.got('3')).toEqual(['1', '2', '3']);
    for (const reader of [first, second]) reader.close();
  });
});
