import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { startBrowser } from './browser.ts';

let browser: Browser;
const server = createServer((_, response) => {
  response.setHeader('Content-Type', 'text/html');
  response.end('<!doctype html><title>a page</title>');
});

beforeAll(async () => {
  browser = await startBrowser();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await browser?.close();
  server.closeAllConnections();
  server.close();
});

describe('the browser', () => {
  it('shows a page, which has what clients are made of', async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(await page.title()).toBe('a page');
    // Names that this process does not have all of: they are looked up in the page.
    const names = ['EventSource', 'BroadcastChannel', 'ReadableStream'];
    expect(await page.evaluate((list) => list.filter((name) => !(name in globalThis)), names)).toEqual([]);
    expect(await page.evaluate('typeof navigator.locks.request + typeof AbortSignal.any')).toBe('functionfunction');
  });
});
