import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { readRedis } from '../../src/doctor/readers/redis.ts';
import { runMain } from '../cli/run-main.ts';
import { factsOf, troublesOf } from '../doctor/world.ts';
import { promtool } from '../metrics/exposition.ts';
import { Child } from '../support/child.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import { deployed, loadEnvironment, ROOT, unknownVariables } from './deployed.ts';

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>> | readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: { readonly default: { readonly ipam: { readonly config: readonly { subnet: string }[] } } };
}

const CONTAINER = join(ROOT, 'deploy/container');
/** What the image is built from. */
const SOURCES = ['package.json', 'package-lock.json', 'tsconfig.json', 'scripts', 'src'];
let dir: string;
let compose: Compose;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'comet-container-'));
  compose = parse(await deployed('container/compose.yml'), { merge: true }) as Compose;
  const given = { PUBLISH_KEY: 'p'.repeat(64), SIGN_SECRET: 's'.repeat(64) };
  environment = Object.fromEntries(
    Object.entries(compose.services.comet?.environment ?? {}).map(([name, value]) => [
      name,
      value.replace(/\$\{(\w+):[^}]*\}/, (_, variable: keyof typeof given) => given[variable]),
    ]),
  );
});

afterAll(() => rm(dir, { recursive: true, force: true }));

describe('deploy/container/compose.yml', () => {
  it('has an environment under which the server starts, and nothing that it does not know', async () => {
    expect(unknownVariables(environment)).toEqual([]);
    const loaded = loadEnvironment(environment);
    expect(loaded).toMatchObject({ ok: true, config: { host: '0.0.0.0', workers: 2, adminPort: 8880 } });
    const example = await deployed('container/.env.example');
    for (const [, name] of (await deployed('container/compose.yml')).matchAll(/\$\{(\w+):\?/g))
      expect(example).toMatch(new RegExp(`^${name}=$`, 'm'));
  });

  it('trusts the network in which nginx is', () => {
    expect(compose.networks.default.ipam.config[0]?.subnet).toBe(environment.COMET_TRUSTED_PROXIES);
  });

  it('mounts and builds from what is there, and depends on what it has', () => {
    for (const [name, service] of Object.entries(compose.services)) {
      for (const [source = ''] of (service.volumes ?? []).map((volume) => volume.split(':'))) {
        const found = source.startsWith('.') ? existsSync(join(CONTAINER, source)) : source in compose.volumes;
        expect([name, source, found]).toEqual([name, source, true]);
      }
      const others = Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {});
      expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(others));
    }
    const { context = '', dockerfile = '' } = compose.services.comet?.build ?? {};
    expect(existsSync(join(CONTAINER, context, dockerfile))).toBe(true);
  });

  it('prints a configuration that nginx takes and the doctor finds right', async () => {
    const service = compose.services['nginx-config'];
    expect(service?.environment).toEqual(compose.services.comet?.environment);
    const line = service?.command?.[0]?.split('\n').find((each) => each.startsWith('comet '));
    const [command = '', file = ''] = (line ?? '').split(' > ');
    expect(compose.services.nginx?.command).toContain(file);
    const { code, stdout, stderr } = await runMain(command.split(' ').slice(1), environment);
    expect([code, stderr]).toEqual([0, '']);
    for (const log of stdout.matchAll(/(\S+\.(?:access|error)\.log)/g)) {
      expect(service?.command?.[0]).toContain(log[1]?.replaceAll("'", ''));
    }
    // Here there is no machine of that name, and no such directory.
    const here = stdout.replaceAll('comet:888', '127.0.0.1:888').replaceAll('/etc/comet-nginx', dir);
    await mkdir(join(dir, 'logs'));
    await writeFile(join(dir, 'nginx.conf'), here);
    const args = ['-t', '-p', dir, '-c', join(dir, 'nginx.conf'), '-e', 'stderr', '-g', `pid ${join(dir, 'pid')};`];
    const nginx = await Child.start('nginx', args);
    expect([(await nginx.exited).code, nginx.stderr]).toEqual([0, expect.not.stringMatching(/\[(warn|emerg)\]/)]);
    const loaded = loadEnvironment(environment);
    if (!loaded.ok) throw new Error('the environment is no configuration');
    expect(troublesOf({ config: loaded.config, nginx: here }).filter(({ check }) => check.startsWith('nginx'))).toEqual(
      [],
    );
  });

  it('starts a Redis in which the doctor finds nothing to mend', async () => {
    const [program = '', ...args] = compose.services.redis?.command ?? [];
    const port = await freePort();
    const redis = await Child.start(program, [...args, '--port', String(port), '--bind', '127.0.0.1', '--dir', dir]);
    try {
      const config = { ...factsOf().config, redisUrl: `redis://127.0.0.1:${port}` };
      const facts = await until(async () => {
        const read = await readRedis(config);
        return read.reached ? read : null;
      });
      const troubles = troublesOf({ config, facts: { redis: facts } });
      expect(troubles.filter(({ check }) => check.startsWith('redis'))).toEqual([]);
    } finally {
      await redis.stop();
    }
  });

  it('has a scrape configuration that promtool takes, with the rules of deploy/prometheus', async () => {
    const ours = await deployed('container/prometheus.yml');
    const plain = await deployed('prometheus/prometheus.yml');
    const scrape = (text: string) => ({ ...(parse(text) as object), scrape_configs: null });
    expect(scrape(ours)).toEqual(scrape(plain));
    expect(ours).toContain(`comet:${environment.COMET_ADMIN_PORT ?? 8880}\n`);
    expect((await promtool(['check', 'config', '--syntax-only', join(CONTAINER, 'prometheus.yml')])).code).toBe(0);
  });
});

describe('deploy/container/Containerfile', () => {
  it('copies what is there, also past its ignore file, and starts as another user than root', async () => {
    const text = await deployed('container/Containerfile');
    const ignored = (await deployed('container/Containerfile.dockerignore')).split('\n');
    const sources = [...text.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, list = '']) => list.split(' '));
    expect(sources).toEqual(SOURCES);
    for (const source of sources) {
      expect([source, existsSync(join(ROOT, source))]).toEqual([source, true]);
      expect(ignored).toContain(`!${source}`);
    }
    expect(text).toMatch(/^USER node$/m);
    expect(text).toMatch(/^ENTRYPOINT \["comet"\]\nCMD \["start"\]$/m);
    const { engines } = JSON.parse(await deployed('../package.json')) as { engines: { node: string } };
    const [, major] = /node:(\d+)/.exec(text) ?? [];
    expect(Number(major)).toBeGreaterThanOrEqual(Number(/\d+/.exec(engines.node)?.[0]));
  });

  it('builds from those files alone', async () => {
    // What the image's first stage does, without the packages, which are those of this checkout.
    const stage = join(dir, 'stage');
    await mkdir(stage);
    for (const source of SOURCES) {
      await cp(join(ROOT, source), join(stage, source), { recursive: true });
    }
    await symlink(join(ROOT, 'node_modules'), join(stage, 'node_modules'));
    const build = await Child.start(process.execPath, [join(stage, 'scripts/build.mjs')], { cwd: stage });
    expect([(await build.exited).code, build.stderr]).toEqual([0, '']);
    const version = await Child.start(process.execPath, [join(stage, 'dist/cli.js'), '--version']);
    expect((await version.exited).code).toBe(0);
  }, 120_000);
});
