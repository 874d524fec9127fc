import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OptionName } from '../../src/config/options.ts';
import { Loader } from './loader.ts';

const KEY = 'hunter2-hunter2-hunter2';

let loader: Loader;

beforeEach(() => {
  loader = new Loader();
});

afterEach(() => {
  loader.remove();
});

describe('rules between options', () => {
  it.each<[Partial<Record<OptionName, unknown>>, string]>([
    [
      { host: '0.0.0.0' },
      '--host: without keys everybody who reaches 0.0.0.0 could publish; set publish-key and sign-secret, or listen on 127.0.0.1',
    ],
    [
      { port: '65534', workers: '3' },
      '--port: 3 workers from port 65534 would need ports above 65535; choose 65533 or lower',
    ],
    [{ durability: 'replicas=1' }, '--durability: durability needs Redis; give a redis-url'],
    [{ 'redis-key': 'k.pem' }, '--redis-key: redis-cert and redis-key belong together; give both or none'],
    [
      { 'redis-ca': 'ca.pem', 'redis-url': 'redis://host' },
      '--redis-ca: redis-ca and redis-cert are for TLS; give a redis-url that begins with rediss',
    ],
    [{ port: '65531' }, '--port: 6 workers from port 65531 would need ports above 65535; choose 65530 or lower'],
    [{ port: '8875' }, "--port: admin-port 8880 is one of the workers' ports, 8875 to 8880; choose another"],
    [
      { 'admin-port': '8885' },
      "--admin-port: admin-port 8885 is one of the workers' ports, 8885 to 8890; choose another",
    ],
    [{ 'get-timeout-max': '30' }, '--get-timeout-max: get-timeout 60 must not be more than get-timeout-max 30'],
    [
      { 'mailbox-wait-min': '901' },
      '--mailbox-wait-min: mailbox-wait-min 901 must not be more than mailbox-wait-max 900',
    ],
    [
      { 'max-header-bytes': '4096' },
      '--max-header-bytes: max-url-bytes 8192 must not be more than max-header-bytes 4096',
    ],
    [
      { 'max-value-bytes': '262144' },
      "--max-value-bytes: a body of 262144 bytes doesn't hold a value of 262144 and a key of 512; allow bodies of 1050624, for what is escaped takes more",
    ],
    [
      { 'mailbox-prefix': 'com' },
      '--mailbox-prefix: mailbox-prefix "com" begins redis-prefix "comet:", so a uid could name one of the server\'s own keys; choose another',
    ],
  ])('%j', (flags, problem) => {
    expect(loader.problems({ flags })).toEqual([problem]);
  });

  it('are not asked about an option that is wrong by itself', () => {
    expect(loader.problems({ flags: { 'get-timeout': '400', 'get-timeout-max': 'x' } })).toEqual([
      '--get-timeout-max: must be a number of seconds from 0 to 3600, not "x"',
    ]);
  });

  it('of the embedded engine count without Redis only', () => {
    const flags = { 'embedded-max-bytes': '65536', 'max-value-bytes': '100000' };
    expect(loader.problems({ flags })).toEqual([expect.stringContaining("doesn't hold one value")]);
    expect(loader.problems({ flags: { ...flags, 'redis-url': 'redis://host' } })).toEqual([]);
  });

  it.each<Partial<Record<OptionName, unknown>>>([
    { host: '127.8.8.8' },
    { host: '::1' },
    { host: 'localhost' },
    { host: '0.0.0.0', 'publish-key': KEY },
    { host: '::', 'sign-secret': KEY },
    { port: '65530' },
    { port: '8874' },
    { port: '0', 'admin-port': '0' },
    { port: '0', 'admin-port': '3' },
    { 'get-timeout': '300' },
  ])('allow %j', (flags) => {
    expect(loader.problems({ flags })).toEqual([]);
  });
});

describe('warnings', () => {
  it('tell a secret on the command line', () => {
    expect(loader.loaded({ flags: { 'publish-key': KEY, 'sign-secret': KEY } }).warnings).toEqual([
      expect.stringContaining('reading keys is public'),
      '--publish-key: other users can read it with ps; use COMET_PUBLISH_KEY or a file',
      '--sign-secret: other users can read it with ps; use COMET_SIGN_SECRET or a file',
    ]);
  });

  it.each([
    ['redis://host', []],
    ['redis://:pass@host', [expect.stringContaining('--redis-url: other users can read it with ps')]],
    ['redis://user@host', [expect.stringContaining('--redis-url: other users can read it with ps')]],
  ])('tell of %s on the command line only where it holds a secret', (url, told) => {
    const { warnings } = loader.loaded({ flags: { 'redis-url': url } });
    expect(warnings.filter((warning) => warning.includes('ps'))).toEqual(told);
  });

  it('tell a file with secrets that every user can read', () => {
    const file = { 'publish-key': [KEY], 'sign-secret': [KEY] };
    expect(loader.loaded({ file }).warnings).toHaveLength(1);
    chmodSync(loader.file, 0o644);
    expect(loader.loaded({ file }).warnings).toContain(
      `${loader.file}: every user of this machine can read the secrets in it; chmod o= ${loader.file}`,
    );
    expect(loader.loaded({ file: { port: 1 } }).warnings).toHaveLength(1);
  });

  it('tell when a silent loss would be found late', () => {
    const flags = { 'redis-url': 'redis://host', 'probe-interval': '3', 'probe-timeout': '2.5' };
    expect(loader.loaded({ flags }).warnings).toContainEqual(expect.stringContaining('only after 5.5 s'));
    expect(loader.loaded({ flags: { ...flags, 'probe-timeout': '2' } }).warnings.join()).not.toContain('only after');
  });

  it('tell of a dashboard that others see', () => {
    const seen = (flags: Record<string, string>) =>
      loader.loaded({ flags }).warnings.some((warning) => warning.includes('sees the dashboard'));
    expect(seen({ 'admin-host': '0.0.0.0', dashboard: 'all' })).toBe(true);
    expect(seen({ 'admin-host': '0.0.0.0' })).toBe(false);
    expect(seen({ dashboard: 'all' })).toBe(false);
  });
});
