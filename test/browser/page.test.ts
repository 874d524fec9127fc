import { describe, expect, it } from '@jest/globals';
import { KEY } from '../client/site.ts';
import { until } from '../support/until.ts';
import { useProfile } from './profile.ts';
import { Tab } from './tab.ts';

const profile = useProfile();

/** Sets a key again and again until the work is done, and gives what it wrote. */
async function publishing(key: string, work: () => Promise<unknown>): Promise<string[]> {
  const publisher = profile.site.client();
  const written: string[] = [];
  let isDone = false;
  const done = work().finally(() => {
    isDone = true;
  });
  for (let more = 5; more > 0; more -= Number(isDone)) {
    await publisher.set(key, `${written.length}`);
    written.push(`${written.length}`);
    await until(() => performance.now() % 20 < 5, { interval: 3 });
  }
  await done;
  return written;
}

describe('a page', () => {
  it('loses nothing while the server restarts and its workers are killed', async () => {
    const tab = await Tab.open(profile.context, profile.site.page);
    await tab.watch(['restart'], { after: { restart: '0' } });
    await tab.live();
    const written = await publishing('restart', async () => {
      for (const pid of await profile.site.comet.workerPids()) process.kill(pid, 'SIGKILL');
      await profile.site.restart();
    });
    expect(await tab.got('restart', written.at(-1) as string)).toEqual(written);
    const { missed, states } = await tab.log();
    expect(missed).toEqual([]);
    expect(states).toContain('connecting');
    await tab.live();
  }, 90_000);

  it('of another origin reads and publishes, with a token', async () => {
    const tab = await Tab.open(profile.context, profile.site.page.replace('127.0.0.1', 'localhost'));
    await tab.watch(['cors'], {}, { token: KEY }, profile.site.url);
    await tab.live();
    const cursor = await tab.page.evaluate<string>('comet.set("cors", "from afar")');
    expect(await tab.got('cors', 'from afar')).toEqual(['from afar']);
    expect((await tab.log()).entries.at(-1)?.cursor).toBe(cursor);
    await until(async () => (await profile.site.figure('comet_streams')) === 1);
  });

  it('reads its mailbox, and asking for the next message acknowledges one', async () => {
    const tab = await Tab.open(profile.context, profile.site.page);
    await tab.watch([]);
    for (const value of ['one', 'two']) await profile.site.client().push('page', value);
    const read = `(async () => {
      const read = [];
      for await (const { value } of comet.mailbox('page', { sign: ${JSON.stringify(profile.site.sign('page'))} })) {
        read.push(value);
        if (read.length === 2) return read;
      }
    })()`;
    expect(await tab.page.evaluate(read)).toEqual(['one', 'two']);
  });
});

describe('the EventSource of a browser', () => {
  it('goes on by itself where it was cut, and misses nothing', async () => {
    const tab = await Tab.open(profile.context, profile.site.page);
    await profile.site.client().set('source', 'before');
    await tab.page.evaluate(`
      const log = { entries: [], missed: [], states: [], errors: [] };
      const source = new EventSource('/events?key=source&after=0');
      source.addEventListener('open', () => log.states.push('live'));
      source.addEventListener('entry', ({ data }) => log.entries.push(JSON.parse(data)));
      source.addEventListener('missed', ({ data }) => log.missed.push(JSON.parse(data).key));
      Object.assign(globalThis, { source, log });
    `);
    await tab.got('source', 'before');
    const written = await publishing('source', () => profile.site.reload());
    expect(await tab.got('source', written.at(-1) as string)).toEqual(['before', ...written]);
    // The worker that it was with may still be letting go of its clients.
    await until(async () => (await tab.log()).states.length > 1, { message: 'the stream to be opened again' });
    expect((await tab.log()).missed).toEqual([]);
    await tab.page.evaluate('source.close()');
    await until(async () => (await profile.site.figure('comet_streams')) === 0);
  }, 90_000);
});
