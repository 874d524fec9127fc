import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { parseKeys } from '../../src/tokens/key-text.ts';
import { Rights } from '../../src/tokens/rights.ts';
import { secretKey, type VerificationKey } from '../../src/tokens/verification-key.ts';
import { Verifier } from '../../src/tokens/verifier.ts';
import { keyPair, TOKEN_SECRET } from '../tokens/minted.ts';
import { runMain } from './run-main.ts';

const ENV = { COMET_TOKEN_SECRET: `${TOKEN_SECRET},the other of the secrets is also long` };
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'comet-token-'));
});

afterAll(() => rmSync(directory, { recursive: true }));

function verify(token: string, keys: readonly VerificationKey[]): Promise<Rights> | Rights {
  return new Verifier({ keys, audiences: [], issuers: [], leeway: 0 }).verify(token);
}

describe('comet token', () => {
  it('makes one that the server takes, for an hour', async () => {
    const args = ['token', '--read', 'news*', '--read', 'user:1', '--set', 'chat', '--push', '7', '--mailbox', 'zoë'];
    const { code, stdout } = await runMain(args, ENV);
    expect(code).toBe(0);
    const rights = await verify(stdout.trim(), [secretKey(TOKEN_SECRET)]);
    expect(rights).toBeInstanceOf(Rights);
    expect([rights.mayRead('news1'), rights.mayRead('user:1'), rights.mayRead('user:10')]).toEqual([true, true, false]);
    expect([rights.maySet('chat'), rights.maySet('news1'), rights.mayPush('7'), rights.owns('zoë')]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(rights.remaining).toBeGreaterThan(3_500_000);
    expect(rights.remaining).toBeLessThanOrEqual(3_600_000);
  });

  it('says for whom and from whom, and holds nothing that it does not allow', async () => {
    const env = { ...ENV, COMET_TOKEN_AUDIENCE: 'comet,other', COMET_TOKEN_ISSUER: 'me' };
    const { stdout } = await runMain(['token', '--read', 'a', '--subject', '42', '--expires-in', '10'], env);
    const { iat = 0, exp, ...claims } = decodeJwt(stdout.trim());
    expect(claims).toEqual({ comet: { read: ['a'] }, aud: 'comet', iss: 'me', sub: '42' });
    expect(exp).toBe(iat + 10);
  });

  it.each([
    ['rsa', 'RS256'],
    ['P-256', 'ES256'],
    ['ed25519', 'EdDSA'],
  ] as const)('signs with a private key of %s', async (kind, algorithm) => {
    const pair = keyPair(kind);
    const file = join(directory, `${kind}.pem`);
    writeFileSync(file, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const { stdout } = await runMain(['token', '--read', 'a', '--private-key', file]);
    const parsed = parseKeys(pair.pem);
    expect(decodeProtectedHeader(stdout.trim()).alg).toBe(algorithm);
    expect((await verify(stdout.trim(), parsed.ok ? parsed.keys : [])).mayRead('a')).toBe(true);
  });

  it.each([
    [['--read', 'a'], {}, 'token-secret: is needed'],
    [[], ENV, '--read: or --set, --push, --mailbox is needed'],
    [['--mailbox', 'a\nb'], ENV, '--mailbox: must not hold control characters'],
    [['--read', Array(257).fill('a').join(',')], ENV, '--read: takes at most 256 names'],
    [['--read', 'a', '--private-key', '/nowhere'], {}, "--private-key: /nowhere can't be read"],
    [['--read', 'a', '--private-key', '/dev/null'], {}, '--private-key: /dev/null is no PEM file'],
    [['--read', 'a', '--expires-in', '0'], ENV, '--expires-in: must be a whole number'],
  ])('%j is refused', async (args, env, problem) => {
    const { code, stdout, stderr } = await runMain(['token', ...args], env);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(problem);
  });
});

describe('the options of tokens', () => {
  const problem = async (env: NodeJS.ProcessEnv) => (await runMain(['check'], env)).stderr;

  it.each([
    [{ COMET_TOKEN_SECRET: 'short' }, 'COMET_TOKEN_SECRET: entry 1 must be at least 32 characters'],
    [{ COMET_READING: 'token' }, 'COMET_READING: nobody could have a token'],
    [{ COMET_READING: 'private', ...ENV }, 'COMET_READING: must be public or token'],
    [{ COMET_TOKEN_COOKIE: 'a' }, 'COMET_TOKEN_COOKIE: no token could be in it'],
    [{ COMET_TOKEN_COOKIE: 'a b', ...ENV }, 'COMET_TOKEN_COOKIE: must be the name of a cookie'],
    [{ COMET_TOKEN_KEYS: '/nowhere' }, "COMET_TOKEN_KEYS: /nowhere can't be read"],
    [{ COMET_TOKEN_KEYS: '/dev/null' }, 'COMET_TOKEN_KEYS: /dev/null holds no public key'],
  ])('%j is refused', async (env, text) => {
    expect(await problem(env)).toContain(text);
  });

  it('are summed up by check; print-config shows the names of files and no secret', async () => {
    const file = join(directory, 'public.pem');
    writeFileSync(file, keyPair('ed25519').pem);
    const env = {
      ...ENV,
      COMET_TOKEN_KEYS: file,
      COMET_TOKEN_COOKIE: 'session',
      COMET_READING: 'token',
      COMET_HOST: '0.0.0.0',
    };
    const { stdout } = await runMain(['check'], env);
    expect(stdout).toContain(
      'tokens:  2 secrets, 1 file of public keys; in Authorization or the cookie session; reading is private',
    );
    expect(stdout).not.toContain('warning');
    const printed = (await runMain(['print-config'], env)).stdout;
    expect(printed).toContain(`token-keys = ["${file}"]`);
    expect(printed).toMatch(/^token-secret = \["\[redacted\]","\[redacted\]"\]/m);
    expect(printed).not.toContain(TOKEN_SECRET);
    expect(printed).not.toContain('BEGIN');
  });
});
