import { describe, expect, it } from '@jest/globals';
import { verifyMailbox } from '../../src/sign.ts';
import { runMain } from './run-main.ts';

describe('comet sign', () => {
  const env = { COMET_SIGN_SECRET: `the first of the secrets,the other of the secrets` };
  const field = (stdout: string, name: string) => new RegExp(`^${name}: +(.*)$`, 'm').exec(stdout)?.[1] ?? '';

  it('is good for a day, and made with the first secret', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { code, stdout } = await runMain(['sign', 'zoë'], env);
    const [sign, expires] = [field(stdout, 'sign'), field(stdout, 'expires')];
    expect(code).toBe(0);
    expect(Number(expires) - before).toBeGreaterThanOrEqual(86_400);
    expect(Number(expires) - before).toBeLessThan(86_430);
    expect(verifyMailbox(['the first of the secrets'], 'zoë', expires, sign)).toBe(true);
    expect(Object.fromEntries(new URLSearchParams(field(stdout, 'query')))).toEqual({ uid: 'zoë', sign, expires });
  });

  it('lasts as long as it is told to', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { stdout } = await runMain(['sign', '42', '--expires-in', '600'], env);
    expect(Number(field(stdout, 'expires')) - before).toBeGreaterThanOrEqual(600);
    expect(Number(field(stdout, 'expires')) - before).toBeLessThan(630);
  });

  it('without an expiry needs a server that takes it', async () => {
    const args = ['sign', '42', '--no-expires'];
    expect((await runMain(args, env)).stderr).toContain(
      '--no-expires: such signs are refused until sign-without-expires is on',
    );
    const { stdout } = await runMain([...args, '--sign-without-expires'], env);
    expect(field(stdout, 'expires')).toBe('never');
    expect(verifyMailbox(['the first of the secrets'], '42', '', field(stdout, 'sign'))).toBe(true);
    expect(field(stdout, 'query')).not.toContain('expires');
  });

  it('gives the query alone, for a shell to put behind an address', async () => {
    const { code, stdout } = await runMain(['sign', '--query', 'zoë 7'], env);
    const query = new URL(`http://127.0.0.1/?${stdout.trimEnd()}`).searchParams;
    expect([code, stdout.split('\n').length, [...query.keys()]]).toEqual([0, 2, ['uid', 'sign', 'expires']]);
    const { uid = '', sign = '', expires = '' } = Object.fromEntries(query);
    expect([uid, verifyMailbox(['the first of the secrets'], uid, expires, sign)]).toEqual(['zoë 7', true]);
  });

  it.each(['', 'a\nb', 'x'.repeat(129)])('refuses the uid %j', async (uid) => {
    const { code, stderr } = await runMain(['sign', uid], env);
    expect(code).toBe(2);
    expect(stderr).toContain('UID: must be 1 to 128 bytes');
  });
});
