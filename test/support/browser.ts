import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** For a machine without screen, sandbox or network: it talks to the pages of the tests and to nobody else. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * A real Chromium without a window, that of the system. Each `newContext` is a profile of its own; pages of one context
 * are tabs that share storage, locks and channels. Who starts it calls `close`.
 */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), headless: true, args: FLAGS });
}

function chromiumPath(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders.map((folder) => join(folder, 'chromium')).find((path) => existsSync(path));
  if (found === undefined)
    throw new Error('chromium is not in the PATH: npm test installs it, or says what to install');
  return found;
}
