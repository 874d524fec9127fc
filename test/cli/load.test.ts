import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LoadResult, loadConfig } from '../../src/config/load.ts';
import { fieldOf, OPTION_NAMES, OPTIONS, type OptionName } from '../../src/config/options.ts';
import { formatProblem } from '../../src/config/problem.ts';

const MACHINE = { cpus: 6, openFiles: 1200 };
const KEY = 'hunter2-hunter2-hunter2';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'comet-config-'));
  path = join(directory, 'comet.json');
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

interface Given {
  readonly flags?: Readonly<Partial<Record<OptionName, unknown>>>;
  readonly env?: NodeJS.ProcessEnv;
  readonly file?: string | object;
}

function load({ flags = {}, env = {}, file }: Given = {}): LoadResult {
  if (file !== undefined) writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file), { mode: 0o600 });
  const values = new Map(Object.entries(flags) as [OptionName, unknown][]);
  const layer = { source: 'flag' as const, values, problems: [], place: (name: OptionName) => `--${name}` };
  return loadConfig({ flags: layer, file: file === undefined ? null : path, env, machine: MACHINE });
}

function loaded(given?: Given) {
  const result = load(given);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result;
}

function problems(given: Given): string[] {
  const result = load(given);
  return result.ok ? [] : result.problems.map((problem) => formatProblem(problem).replaceAll(directory, ''));
}

describe('precedence', () => {
  it('is the default without anything', () => {
    const { configured, sources } = loaded();
    for (const name of OPTION_NAMES) {
      expect(configured[fieldOf(name)]).toEqual(OPTIONS[name].fallback);
      expect(sources[name]).toEqual({ source: 'default', place: name });
    }
  });

  it('is flag over environment over file over default', () => {
    const all = {
      flags: { port: '1001' },
      env: { COMET_PORT: '1002', COMET_BACKLOG: '12' },
      file: { port: 1003, backlog: 13, 'get-timeout': 3 },
    };
    const { config, sources } = loaded(all);
    expect([config.port, config.backlog, config.getTimeout, config.historySize]).toEqual([1001, 12, 3, 16]);
    expect(sources.port).toEqual({ source: 'flag', place: '--port' });
    expect(sources.backlog).toEqual({ source: 'environment', place: 'COMET_BACKLOG' });
    expect(sources['get-timeout']).toEqual({ source: 'file', place: `${path}: "get-timeout"` });
    expect(sources['history-size']).toEqual({ source: 'default', place: 'history-size' });
  });

  it('takes the whole of a list from one source', () => {
    const env = { COMET_CORS_ORIGIN: 'https://a.example,https://b.example' };
    expect(loaded({ env, file: { 'cors-origin': ['*'] } }).config.corsOrigin).toEqual([
      'https://a.example',
      'https://b.example',
    ]);
  });

  it('lets a flag take back what the environment turned on', () => {
    expect(loaded({ flags: { 'pin-cpus': false }, env: { COMET_PIN_CPUS: '1' } }).config.pinCpus).toBe(false);
  });

  it('finds the file through COMET_CONFIG, and reads it anew each time', () => {
    const none = { source: 'flag' as const, values: new Map(), problems: [], place: () => '' };
    const again = () => loadConfig({ flags: none, file: null, env: { COMET_CONFIG: path }, machine: MACHINE });
    writeFileSync(path, '{"port": 1}');
    expect(again()).toMatchObject({ ok: true, config: { port: 1 } });
    writeFileSync(path, '{"port": 2}');
    expect(again()).toMatchObject({ ok: true, config: { port: 2 } });
  });

  it('leaves 0 to the machine, and keeps what was written beside it', () => {
    const { config, configured } = loaded();
    expect([config.workers, config.maxWaiters]).toEqual([6, 1000]);
    expect([configured.workers, configured.maxWaiters]).toEqual([0, 0]);
    expect(loaded({ flags: { workers: '2', 'max-waiters': '7' } }).config).toMatchObject({ workers: 2, maxWaiters: 7 });
  });
});

describe('problems', () => {
  it('are told all together, each with its place', () => {
    const given = {
      flags: { port: 'x', 'get-timeout': '400' },
      env: { COMET_WORKERS: 'many', COMET_PROT: '1', PATH: '/bin' },
      file: { redisUrl: 'redis://host', backlog: 0, 'cors-origin': ['*', 'nowhere', 5] },
    };
    expect(problems(given)).toEqual([
      'COMET_PROT: is not an option; did you mean COMET_PORT?',
      '/comet.json: "redisUrl": is not an option; did you mean redis-url?',
      '--port: must be a port, 0 to 65535, not "x"',
      'COMET_WORKERS: must be a whole number from 0 to 1024, not "many"',
      '/comet.json: "backlog": must be a whole number from 1 to 65535, not 0',
      '/comet.json: "cors-origin": entry 2 must be an origin such as https://example.org, or *, not "nowhere"',
      '/comet.json: "cors-origin": entry 3 must be an origin such as https://example.org, or *, not 5',
      '--get-timeout: get-timeout 400 must not be more than get-timeout-max 300',
    ]);
  });

  it('are told of a value that another source overrides', () => {
    expect(problems({ flags: { port: '1' }, env: { COMET_PORT: 'x' } })).toEqual([
      'COMET_PORT: must be a port, 0 to 65535, not "x"',
    ]);
  });

  it('never hold a secret, wherever it was put', () => {
    const given = {
      flags: { 'redis-url': `http://${KEY}@host`, 'publish-key': `short,${KEY} with spaces` },
      env: { COMET_PUBLISH_KEYS: KEY, COMET_SIGN_SECRET: 'hunter2' },
      file: `{"publishkey": "${KEY}", "sign-secret": {"${KEY}": 1}}`,
    };
    expect(problems(given)).toHaveLength(7);
    expect(problems(given).join('\n')).not.toContain('hunter2');
    expect(problems({ file: `{"publish-key": "${KEY}" "port": 1}` }).join('\n')).not.toContain('hunter2');
  });

  it('name what Kubernetes puts into the environment', () => {
    const env = { COMET_SERVICE_HOST: '10.0.0.1', COMET_PORT_8885_TCP_ADDR: '10.0.0.1' };
    expect(problems({ env })).toEqual([
      expect.stringContaining('COMET_SERVICE_HOST: is not an option: Kubernetes'),
      expect.stringContaining('COMET_PORT_8885_TCP_ADDR: is not an option: Kubernetes'),
    ]);
  });

  it.each([
    [
      '{"port": 1,}',
      '/comet.json:1:12: is not JSON from here on; it has no comments, and no comma after the last entry',
    ],
    [
      '{\n  "port": 1, // first\n}',
      '/comet.json:2:14: is not JSON from here on; it has no comments, and no comma after the last entry',
    ],
    ['', '/comet.json:1:1: is not JSON from here on; it has no comments, and no comma after the last entry'],
    ['[]', '/comet.json: must hold a JSON object, such as {"port": 8885}'],
    ['null', '/comet.json: must hold a JSON object, such as {"port": 8885}'],
    ['{"__proto__": 1}', '/comet.json: "__proto__": is not an option'],
  ])('of the file %j have their place', (file, problem) => {
    expect(problems({ file })).toEqual([problem]);
  });

  it('of a file that cannot be read say why', () => {
    const read = (file: string) => problems({ env: { COMET_CONFIG: file } });
    expect(read(join(directory, 'none.json'))).toEqual(['/none.json: cannot be read: no such file']);
    expect(read(directory)).toEqual([': cannot be read: it is a directory']);
  });
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
    expect(problems({ flags })).toEqual([problem]);
  });

  it('of the embedded engine count without Redis only', () => {
    const flags = { 'embedded-max-bytes': '65536', 'max-value-bytes': '100000' };
    expect(problems({ flags })).toEqual([expect.stringContaining("doesn't hold one value")]);
    expect(problems({ flags: { ...flags, 'redis-url': 'redis://host' } })).toEqual([]);
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
    expect(problems({ flags })).toEqual([]);
  });
});

describe('warnings', () => {
  it('tell a secret on the command line', () => {
    expect(loaded({ flags: { 'publish-key': KEY, 'sign-secret': KEY } }).warnings).toEqual([
      expect.stringContaining('reading keys is public'),
      '--publish-key: other users can read it with ps; use COMET_PUBLISH_KEY or a file',
      '--sign-secret: other users can read it with ps; use COMET_SIGN_SECRET or a file',
    ]);
  });

  it('tell a file with secrets that every user can read', () => {
    const file = { 'publish-key': [KEY], 'sign-secret': [KEY] };
    expect(loaded({ file }).warnings).toHaveLength(1);
    chmodSync(path, 0o644);
    expect(loaded({ file }).warnings).toContain(
      `${path}: every user of this machine can read the secrets in it; chmod o= ${path}`,
    );
    expect(loaded({ file: { port: 1 } }).warnings).toHaveLength(1);
  });

  it('tell when a silent loss would be found late', () => {
    const flags = { 'redis-url': 'redis://host', 'probe-interval': '3', 'probe-timeout': '2.5' };
    expect(loaded({ flags }).warnings).toContainEqual(expect.stringContaining('only after 5.5 s'));
    expect(loaded({ flags: { ...flags, 'probe-timeout': '2' } }).warnings.join()).not.toContain('only after');
  });
});
