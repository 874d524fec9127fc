import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { until } from '../support/until.ts';

const AUDIT = new URL('./audit.js', import.meta.url);

/** Tabs after which the keyboard goes round in circles. */
const MOST_TABS = 80;

/** A page of the admin server in a profile of its own, and whatever goes wrong in it. */
export class DashboardPage {
  readonly page: Page;
  /** Errors, warnings of the console, and requests to anybody but this machine. */
  readonly problems: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.problems.push(message.text());
    });
    page.on('request', (request) => {
      if (!['127.0.0.1', 'localhost'].includes(new URL(request.url()).hostname))
        this.problems.push(`asked ${request.url()}`);
    });
  }

  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<DashboardPage> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const opened = new DashboardPage(await context.newPage());
    await opened.page.goto(url);
    return opened;
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  /** What is shown there, cells and lines apart by one space. */
  async text(selector: string): Promise<string> {
    const texts = await this.page.locator(selector).allInnerTexts();
    return texts.join(' ').replaceAll(/\s+/g, ' ').trim();
  }

  /** Waits until the text there is as wanted. */
  async shows(selector: string, wanted: RegExp): Promise<void> {
    let seen = '';
    const look = async () => {
      seen = await this.text(selector);
      return wanted.test(seen);
    };
    await until(look, { timeout: 20_000, interval: 30 }).catch((cause: unknown) => {
      throw new Error(`${selector} shows "${seen}", not ${wanted}`, { cause });
    });
  }

  /** Whether the page is light text on a dark ground. */
  async isDark(): Promise<boolean> {
    const colour = await this.page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    return Number(/\d+/.exec(colour)?.[0]) < 128;
  }

  /** How many pixels the page is wider than the window. */
  async overhang(): Promise<number> {
    return await this.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  }

  /** What a person who can't see it well would stumble over; see `audit.js`. */
  async complaints(): Promise<string[]> {
    return await this.page.evaluate<string[]>(await readFile(AUDIT, 'utf8'));
  }

  /** What can be operated and the tabulator key does not reach. */
  async unreachable(): Promise<string[]> {
    await this.page.evaluate(`{
      const shown = (node) => node.getClientRects().length > 0;
      window.wanted = new Set([...document.querySelectorAll('a, button, input, select, [tabindex="0"]')].filter(shown));
      document.addEventListener('focusin', ({ target }) => window.wanted.delete(target));
    }`);
    const left = 'window.wanted.size';
    for (let tab = 0; tab < MOST_TABS && (await this.page.evaluate<number>(left)) > 0; tab++) {
      await this.page.keyboard.press('Tab');
    }
    return await this.page.evaluate<string[]>('[...window.wanted].map((node) => node.outerHTML)');
  }
}
