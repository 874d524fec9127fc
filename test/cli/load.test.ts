import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load.ts';
import { fieldOf, OPTION_NAMES, OPTIONS } from '../../src/config/options.ts';
import { Loader, MACHINE } from './loader.ts';

const KEY = 'hunter2-hunter2-hunter2';

let loader: Loader;

beforeEach(() => {
  loader = new Loader();
});

afterEach(() => {
  loader.remove();
});

describe('precedence', () => {
  it('is the default without anything', () => {
    const { configured, sources } = loader.loaded();
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
    const { config, sources } = loader.loaded(all);
    expect([config.port, config.backlog, config.getTimeout, config.historySize]).toEqual([1001, 12, 3, 16]);
    expect(sources.port).toEqual({ source: 'flag', place: '--port' });
    expect(sources.backlog).toEqual({ source: 'environment', place: 'COMET_BACKLOG' });
    expect(sources['get-timeout']).toEqual({ source: 'file', place: `${loader.file}: "get-timeout"` });
    expect(sources['history-size']).toEqual({ source: 'default', place: 'history-size' });
  });

  it('takes the whole of a list from one source', () => {
    const env = { COMET_CORS_ORIGIN: 'https://a.example,https://b.example' };
    expect(loader.loaded({ env, file: { 'cors-origin': ['*'] } }).config.corsOrigin).toEqual([
      'https://a.example',
      'https://b.example',
    ]);
  });

  it('lets a flag take back what the environment turned on', () => {
    expect(loader.loaded({ flags: { 'pin-cpus': false }, env: { COMET_PIN_CPUS: '1' } }).config.pinCpus).toBe(false);
  });

  it('finds the file through COMET_CONFIG, and reads it anew each time', () => {
    const none = { source: 'flag' as const, values: new Map(), problems: [], place: () => '' };
    const again = () => loadConfig({ flags: none, file: null, env: { COMET_CONFIG: loader.file }, machine: MACHINE });
    writeFileSync(loader.file, '{"port": 1}');
    expect(again()).toMatchObject({ ok: true, config: { port: 1 } });
    writeFileSync(loader.file, '{"port": 2}');
    expect(again()).toMatchObject({ ok: true, config: { port: 2 } });
  });

  it('leaves 0 to the machine, and keeps what was written beside it', () => {
    const { config, configured } = loader.loaded();
    expect([config.workers, config.maxWaiters]).toEqual([6, 1000]);
    expect([configured.workers, configured.maxWaiters]).toEqual([0, 0]);
    expect(loader.loaded({ flags: { workers: '2', 'max-waiters': '7' } }).config).toMatchObject({
      workers: 2,
      maxWaiters: 7,
    });
  });
});

describe('problems', () => {
  it('are told all together, each with its place', () => {
    const given = {
      flags: { port: 'x', 'get-timeout': '400' },
      env: { COMET_WORKERS: 'many', COMET_PROT: '1', PATH: '/bin' },
      file: { redisUrl: 'redis://host', backlog: 0, 'cors-origin': ['*', 'nowhere', 5, 'http://localhost:3000/'] },
    };
    expect(loader.problems(given)).toEqual([
      'COMET_PROT: is not an option; did you mean COMET_PORT?',
      '/comet.json: "redisUrl": is not an option; did you mean redis-url?',
      '--port: must be a port, 0 to 65535, not "x"',
      'COMET_WORKERS: must be a whole number from 0 to 1024, not "many"',
      '/comet.json: "backlog": must be a whole number from 1 to 65535, not 0',
      '/comet.json: "cors-origin": entry 2 must be an origin such as https://example.org, or *, not "nowhere"',
      '/comet.json: "cors-origin": entry 3 must be an origin such as https://example.org, or *, not 5',
      '/comet.json: "cors-origin": entry 4 must be an origin such as https://example.org, or *, without a path or a slash at its end, not "http://localhost:3000/"',
      '--get-timeout: get-timeout 400 must not be more than get-timeout-max 300',
    ]);
  });

  it('are told of a value that another source overrides', () => {
    expect(loader.problems({ flags: { port: '1' }, env: { COMET_PORT: 'x' } })).toEqual([
      'COMET_PORT: must be a port, 0 to 65535, not "x"',
    ]);
  });

  it('never hold a secret, wherever it was put', () => {
    const given = {
      flags: { 'redis-url': `http://${KEY}@host`, 'publish-key': `short,${KEY} with spaces` },
      env: { COMET_PUBLISH_KEYS: KEY, COMET_SIGN_SECRET: 'hunter2' },
      file: `{"publishkey": "${KEY}", "sign-secret": {"${KEY}": 1}}`,
    };
    expect(loader.problems(given)).toHaveLength(7);
    expect(loader.problems(given).join('\n')).not.toContain('hunter2');
    expect(loader.problems({ file: `{"publish-key": "${KEY}" "port": 1}` }).join('\n')).not.toContain('hunter2');
  });

  it('name what Kubernetes puts into the environment', () => {
    const env = { COMET_SERVICE_HOST: '10.0.0.1', COMET_PORT_8885_TCP_ADDR: '10.0.0.1' };
    expect(loader.problems({ env })).toEqual([
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
    [
      '{"port": 1, "p\\u006frt": 2, "port": 3}',
      '/comet.json: "port": is given more than once; only the last would count',
    ],
  ])('of the file %j have their place', (file, problem) => {
    expect(loader.problems({ file })).toEqual([problem]);
  });

  it('of a file that cannot be read say why', () => {
    const read = (file: string) => loader.problems({ env: { COMET_CONFIG: file } });
    expect(read(join(loader.directory, 'none.json'))).toEqual(['/none.json: cannot be read: no such file']);
    expect(read(loader.directory)).toEqual([': cannot be read: it is a directory']);
  });
});
