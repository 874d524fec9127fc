import type { CometOptions, Entry, WatchOptions } from 'comet-cluster/client';
import type { BrowserContext, Page } from 'playwright-core';
import { until } from '../support/until.ts';

/** What a page writes down, in the page. */
const SCRIPT = `
  const { Comet } = await import('/static/comet.js');
  const comet = new Comet(url, options);
  const log = { entries: [], missed: [], states: [], errors: [] };
  const watch = comet.watch(keys, {
    all: true,
    ...wish,
    onEntry: (entry) => log.entries.push(entry),
    onMissed: (key) => log.missed.push(key),
    onState: (state, error) => { log.states.push(state); if (error) log.errors.push(String(error)); },
  });
  Object.assign(globalThis, { comet, watch, log });
`;

interface Log {
  readonly entries: readonly Entry[];
  readonly missed: readonly string[];
  readonly states: readonly string[];
  readonly errors: readonly string[];
}

/** A tab of a browser with a page that watches some keys. */
export class Tab {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(context: BrowserContext, url: string): Promise<Tab> {
    const page = await context.newPage();
    await page.goto(url);
    return new Tab(page);
  }

  /** `url` of the server, as the page sees it. */
  async watch(keys: readonly string[], wish: WatchOptions = {}, options: CometOptions = {}, url = '/'): Promise<void> {
    const names = { keys, wish, options, url };
    const constants = Object.entries(names).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`);
    await this.page.evaluate(`(async () => { ${constants.join('\n')} ${SCRIPT} })()`);
  }

  log(): Promise<Log> {
    return this.page.evaluate('log');
  }

  /** Values of a key in the order in which they came. */
  async values(key: string): Promise<string[]> {
    return (await this.log()).entries.filter((entry) => entry.key === key).map(({ value }) => value);
  }

  async live(): Promise<void> {
    await until(async () => (await this.log()).states.at(-1) === 'live', {
      timeout: 20_000,
      message: 'the tab to be live',
    });
  }

  /** Waits for the value and gives all values of the key up to then. */
  async got(key: string, value: string): Promise<string[]> {
    const found = async () => (await this.values(key)).includes(value);
    await until(found, { timeout: 30_000, interval: 20 }).catch(async (cause: unknown) => {
      throw new Error(`${value} did not come: ${JSON.stringify(await this.log()).slice(-500)}`, { cause });
    });
    return this.values(key);
  }

  /** Whether it has the connection that all tabs share. */
  async leads(): Promise<boolean> {
    const { id, name } = await this.page.evaluate<{ id: string; name: string }>(`(async () => {
      const { held } = await navigator.locks.query();
      const shared = held.find(({ name }) => name.startsWith('comet-cluster ') && name.endsWith(' '));
      const own = await new Promise((found) => navigator.locks.request('own', async () => {
        const { held } = await navigator.locks.query();
        found(held.find(({ name }) => name === 'own').clientId);
      }));
      return { id: own, name: shared?.clientId ?? '' };
    })()`);
    return id === name;
  }

  close(): Promise<void> {
    return this.page.close();
  }
}
