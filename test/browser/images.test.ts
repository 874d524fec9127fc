import { mkdir, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { startBrowser } from '../support/browser.ts';
import { CometProcess } from '../support/comet-process.ts';
import { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { Crowd } from './crowd.ts';
import { DashboardPage } from './dashboard-page.ts';

const FOLDER = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const THEMES = ['light', 'dark'] as const;
const MOST_BYTES = 170_000;
/** As long as the plots of the pictures go back. */
const STORY_MS = 120_000;

const KEYS = ['match/42', 'room/lobby', 'prices/EURUSD', 'news', 'deploy/status', 'alerts'];

/** Takes the pictures of a server with two minutes of traffic behind it, in which a worker has died. */
async function takePictures(): Promise<void> {
  const redis = await RedisServer.start();
  const comet = await CometProcess.start({ workers: 3, flags: { 'redis-url': redis.url, 'drain-seconds': 0 } });
  const crowd = new Crowd(KEYS, comet.ports);
  const browser = await startBrowser();
  try {
    const started = performance.now();
    const passed = (ms: number) => until(() => performance.now() - started > ms, { timeout: 2 * ms, interval: 200 });
    await passed(STORY_MS / 2);
    process.kill((await comet.workerPids())[1] ?? 0, 'SIGKILL');
    await passed(STORY_MS);
    await mkdir(FOLDER, { recursive: true });
    for (const colorScheme of THEMES) {
      const url = `http://127.0.0.1:${comet.adminPort}/`;
      const dashboard = await DashboardPage.open(browser, url, { colorScheme, viewport: { width: 1200, height: 734 } });
      await dashboard.shows('#status', /Ready/);
      await dashboard.page.locator('#span').selectOption('120');
      await dashboard.shows('#keys tbody', /match\/42/);
      await writeFile(`${FOLDER}dashboard-${colorScheme}.png`, await dashboard.page.screenshot());
      await dashboard.close();
    }
  } finally {
    crowd.stop();
    await browser.close();
    await comet.stop();
    await redis.stop();
  }
}

describe('the pictures of the README', () => {
  it('are there, and small', async () => {
    if (process.env.UPDATE_IMAGES !== undefined) await takePictures();
    for (const theme of THEMES) {
      const { size } = await stat(`${FOLDER}dashboard-${theme}.png`);
      expect([theme, size < MOST_BYTES]).toEqual([theme, true]);
    }
  }, 400_000);
});
