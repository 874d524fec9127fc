import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CometOptions } from 'comet-cluster/client';
import { KEY } from '../client/site.ts';
import { until } from '../support/until.ts';
import { useProfile } from './profile.ts';
import { Tab } from './tab.ts';

const TABS = 6;

const profile = useProfile();

beforeEach(async () => {
  await until(async () => (await profile.site.figure('comet_waiters')) === 0);
});

/** Tabs that watch a key in common and one of their own. */
async function open(count: number, name: string, options: CometOptions = {}): Promise<Tab[]> {
  const tabs = await Promise.all(Array.from({ length: count }, () => Tab.open(profile.context, profile.site.page)));
  const after = { [name]: '0' };
  await Promise.all(tabs.map((tab, index) => tab.watch([name, `${name}-${index}`], { after }, options)));
  await Promise.all(tabs.map((tab) => tab.live()));
  return tabs;
}

async function leaderOf(tabs: readonly Tab[]): Promise<Tab> {
  const leading = await Promise.all(tabs.map((tab) => tab.leads()));
  expect(leading.filter(Boolean)).toHaveLength(1);
  return tabs[leading.indexOf(true)] as Tab;
}

describe('the tabs of a browser', () => {
  it('share one connection, so that none waits for a free one', async () => {
    const tabs = await open(TABS, 'six');
    const isShared = async () =>
      (await profile.site.figure('comet_streams')) === 1 && (await profile.site.figure('comet_waiters')) === TABS + 1;
    await until(isShared);
    await profile.site.client().set('six', 'to all');
    for (const index of tabs.keys()) await profile.site.client().set(`six-${index}`, `to ${index}`);
    for (const [index, tab] of tabs.entries()) {
      expect(await tab.got('six', 'to all')).toEqual(['to all']);
      expect(await tab.got(`six-${index}`, `to ${index}`)).toEqual([`to ${index}`]);
      expect((await tab.log()).entries).toHaveLength(2);
    }
    // A seventh connection would not be opened before another closes.
    const answers = Promise.all(
      tabs.map((tab) => tab.page.evaluate<number>('fetch("/healthz").then((a) => a.status)')),
    );
    expect(await answers).toEqual(tabs.map(() => 200));
    // Whoever leaves is not followed any more, once another comes.
    await tabs[3]?.close();
    const another = await Tab.open(profile.context, profile.site.page);
    await another.watch(['six', 'six-another'], { after: { six: '0' } });
    await another.live();
    // Once this has come, the connection is a new one; the one before had as many keys.
    await profile.site.client().set('six-another', 'to another');
    await another.got('six-another', 'to another');
    await until(isShared);
    await profile.site.client().set('six', 'to the rest');
    for (const tab of [another, ...tabs.filter((_, index) => index !== 3)]) await tab.got('six', 'to the rest');
  }, 90_000);

  it('go on without a gap when the one that leads is closed, again and again', async () => {
    const tabs = await open(4, 'heir');
    const publisher = profile.site.client();
    const written: string[] = [];
    const publish = async (count: number) => {
      for (let value = 0; value < count; value++) {
        await publisher.set('heir', `${written.length}`);
        written.push(`${written.length}`);
      }
    };
    while (tabs.length > 1) {
      const leader = await leaderOf(tabs);
      const publishing = publish(30);
      await leader.close();
      tabs.splice(tabs.indexOf(leader), 1);
      await publishing;
      await publish(5);
      for (const tab of tabs) {
        expect(await tab.got('heir', written.at(-1) as string)).toEqual(written);
        expect((await tab.log()).missed).toEqual([]);
      }
      await until(async () => (await profile.site.figure('comet_streams')) === 1);
    }
  }, 90_000);

  it('look for themselves while the one that leads hangs', async () => {
    const tabs = await open(2, 'hung', { heartbeat: 1500 });
    const leader = await leaderOf(tabs);
    const other = tabs.find((tab) => tab !== leader) as Tab;
    // Nothing else happens in the page until this has its answer.
    const hanging = leader.page.evaluate(`{
      const request = new XMLHttpRequest();
      request.open('GET', '/get?key=release&after=0&timeout=120', false);
      request.send();
    }`);
    // The keys of both tabs, and that of the request.
    await until(async () => (await profile.site.figure('comet_waiters')) === 4);
    await profile.site.client().set('hung', 'meanwhile');
    expect(await other.got('hung', 'meanwhile')).toEqual(['meanwhile']);
    await profile.site.client().set('release', 'now');
    await hanging;
    expect(await leader.got('hung', 'meanwhile')).toEqual(['meanwhile']);
    await profile.site.client().set('hung', 'later');
    expect(await other.got('hung', 'later')).toEqual(['meanwhile', 'later']);
  }, 90_000);

  it('have a connection each where a page gets no locks', async () => {
    await profile.context.addInitScript('Object.defineProperty(navigator, "locks", { value: undefined })');
    const tabs = await open(2, 'alone');
    await until(async () => (await profile.site.figure('comet_streams')) === 2);
    await profile.site.client().set('alone', 'to both');
    for (const tab of tabs) expect(await tab.got('alone', 'to both')).toEqual(['to both']);
  });

  it('have a connection each where they are told to', async () => {
    const tabs = await Promise.all([
      Tab.open(profile.context, profile.site.page),
      Tab.open(profile.context, profile.site.page),
    ]);
    await Promise.all(tabs.map((tab) => tab.watch(['own'], {}, { share: false, token: KEY })));
    await Promise.all(tabs.map((tab) => tab.live()));
    await until(async () => (await profile.site.figure('comet_streams')) === 2);
  });
});
