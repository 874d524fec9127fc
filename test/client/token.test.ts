import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runComet } from '../support/comet.ts';
import { until } from '../support/until.ts';
import { Reader } from './reader.ts';
import { Site } from './site.ts';

const SECRET = 'token-secret-of-the-client-test-of-the-client';

let site: Site;

/** Reading is private. */
beforeAll(async () => {
  site = await Site.start({ 'token-secret': SECRET, reading: 'token', 'token-leeway': 0 });
});

afterAll(async () => {
  await site?.stop();
});

/** Good for the keys and the mailbox of one user, for so many seconds. */
async function mint(seconds: number): Promise<string> {
  const rights = ['--read', 'mine:*', '--mailbox', '42', '--expires-in', `${seconds}`];
  const { stdout, stderr } = await runComet(['token', ...rights], { env: { COMET_TOKEN_SECRET: SECRET } });
  const token = /[\w-]+\.[\w-]+\.[\w-]+/.exec(stdout)?.[0];
  if (token === undefined) throw new Error(`${stdout}${stderr}`);
  return token;
}

describe('a client with a token', () => {
  it('reads what the token allows; another key fails alone', async () => {
    const token = await mint(3600);
    const comet = site.client({ token });
    const reader = new Reader(comet, 'mine:1');
    await reader.live();
    const refused = new Reader(comet, ['mine:1', 'yours']);
    await until(() => refused.states.at(-1) === 'closed');
    expect(refused.errors).toEqual([expect.objectContaining({ status: 403, code: 'KEY_FORBIDDEN' })]);
    await site.client().set('mine:1', 'value');
    expect(await reader.got('value')).toEqual(['value']);
    await site.client().push('42', 'message');
    for await (const { value } of comet.mailbox('42')) {
      expect(value).toBe('message');
      break;
    }
    comet.close();
    expect(reader.states).toEqual(['live', 'closed']);
  });

  it('gets a new one when the old one has expired, and loses nothing', async () => {
    const asked: boolean[] = [];
    let token = await mint(3);
    const comet = site.client({
      token: async (refused) => {
        asked.push(refused);
        if (refused) token = await mint(3600);
        return token;
      },
    });
    const reader = new Reader(comet, 'mine:2');
    await reader.live();
    const written: string[] = [];
    while (!asked.includes(true)) {
      await site.client().set('mine:2', `${written.length}`);
      written.push(`${written.length}`);
      await until(() => performance.now() % 100 < 20, { interval: 10 });
    }
    await site.client().set('mine:2', 'last');
    expect(await reader.got('last')).toEqual([...written, 'last']);
    expect(reader.missed).toEqual([]);
  }, 30_000);
});
