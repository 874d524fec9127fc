import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.ts';
import { Reader } from './reader.ts';
import { SHORT_HEARTBEAT, Site } from './site.ts';

/** What stands in the way of event streams, on a path of its own each. */
const OBSTACLES = {
  'buffers them': 'proxy_pass http://UPSTREAM/; proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;',
  'has no such path': 'return 404;',
  'answers with a page of its own': "default_type text/html; return 200 '<p>hello</p>';",
  'refuses long addresses': 'return 414;',
} as const;

let site: Site;

/** Each obstacle is `/0/`, `/1/` …, before the same workers. */
function withObstacles(config: string): string {
  const upstream = /upstream (\S+)/.exec(config)?.[1] ?? '';
  const locations = Object.values(OBSTACLES).map((obstacle, index) => {
    const events = `location = /${index}/events { rewrite ^ /events break; ${obstacle} }`;
    return `${events} location /${index}/ { proxy_pass http://${upstream}/; proxy_buffering off; }`;
  });
  const all = locations.join('\n').replaceAll('UPSTREAM/', upstream);
  return config.replace(/^ *location \/ \{/m, (found) => `${all}\n${found}`);
}

beforeAll(async () => {
  site = await Site.start({}, withObstacles);
});

afterAll(async () => {
  await site?.stop();
});

describe('long polls take over', () => {
  it.each(Object.keys(OBSTACLES))('where a proxy %s', async (name) => {
    const index = Object.keys(OBSTACLES).indexOf(name);
    const comet = site.client({ heartbeat: SHORT_HEARTBEAT }, `${site.url}${index}/`);
    const keys = [`a-${index}`, `b-${index}`];
    const reader = new Reader(comet, keys);
    await until(() => reader.states.includes('live'), { timeout: 15_000 });
    const written: string[] = [];
    for (let value = 0; value < 20; value++) {
      for (const key of keys) await comet.set(key, `${value}`);
      written.push(`${value}`);
    }
    await until(() => reader.entries.length >= 40);
    reader.close();
    for (const key of keys) expect(reader.values(key)).toEqual(written);
    expect(reader.missed).toEqual([]);
    comet.close();
  });
});
