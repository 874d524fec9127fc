import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { Site } from '../client/site.ts';
import { startBrowser } from '../support/browser.ts';

/** What the tests of a file have at hand; not before the first of them begins. */
export interface Profile {
  /** One for all. */
  readonly site: Site;
  /** A new one for each: nothing is left of what the one before it stored. */
  readonly context: BrowserContext;
}

/** Gives every test of this file a profile of a real browser, and all of them one site. */
export function useProfile(
  start: () => Promise<Site> = () => Site.start(),
  options: BrowserContextOptions = {},
): Profile {
  let site: Site | undefined;
  let browser: Browser | undefined;
  let context: BrowserContext | undefined;

  beforeAll(async () => {
    // One after the other: what has started ends, whatever becomes of the next.
    site = await start();
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await site?.stop();
  });

  beforeEach(async () => {
    context = await browser?.newContext(options);
  });

  afterEach(async () => {
    await context?.close();
  });

  return {
    get site() {
      return present(site);
    },
    get context() {
      return present(context);
    },
  };
}

function present<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('it is there while a test runs, and not before');
  return thing;
}
