import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { Config } from '../../src/config/options.ts';
import { diagnose } from '../../src/doctor/diagnose.ts';
import { renderSysctl } from '../../src/doctor/sysctl/render.ts';
import { kernelSettings } from '../../src/doctor/sysctl/settings.ts';
import { runMain } from '../cli/run-main.ts';
import { factsOf, namesOf } from '../doctor/world.ts';
import { configOf } from '../nginx/config.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const UPDATE = process.env.UPDATE_GOLDEN === '1';

/** The files in `deploy/sysctl`, each with its configuration: the defaults, and what a machine with Redis on it adds. */
const FILES: readonly (readonly [string, Partial<Config>])[] = [
  ['deploy/sysctl/comet.conf', {}],
  ['deploy/sysctl/comet-with-redis.conf', { redisUrl: 'redis://127.0.0.1:6379' }],
];

const valuesOf = (changes: Partial<Config>) =>
  Object.fromEntries(kernelSettings(configOf(changes)).map(({ name, value }) => [name, value]));

describe('comet sysctl', () => {
  it.each(FILES)('prints %s', async (file, changes) => {
    const path = join(ROOT, file);
    const text = renderSysctl(configOf(changes));
    if (UPDATE) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
    expect(text).toBe(await readFile(path, 'utf8'));
    const flags = changes.redisUrl === undefined ? [] : ['--redis-url', changes.redisUrl];
    expect(await runMain(['sysctl', '--workers', '2', ...flags])).toEqual({ code: 0, stdout: text, stderr: '' });
  });

  it('writes lines that sysctl reads, each with a reason above it', () => {
    const text = renderSysctl(configOf({ redisUrl: 'redis://[::1]', port: 20_000, maxWaiters: 2_000_000 }));
    const paragraphs = text.trimEnd().split('\n\n');
    for (const paragraph of paragraphs.slice(1, -1)) expect(paragraph).toMatch(/^(# .+\n)+[a-z0-9_.]+ = [0-9, -]+$/);
    for (const paragraph of [paragraphs[0], paragraphs.at(-1)]) expect(paragraph).toMatch(/^(#( .+)?\n?)+$/);
  });

  it('names settings that this kernel has', () => {
    // Elsewhere than on Linux there is nothing to compare with; a container may hide those that are not its own.
    const names = Object.keys(valuesOf({ redisUrl: 'redis://127.0.0.1' }));
    const known = names.filter((name) => existsSync(`/proc/sys/${name.replaceAll('.', '/')}`));
    expect(existsSync('/proc/sys/net/ipv4') ? known : names).toEqual(
      expect.arrayContaining(names.filter(isPerNetwork)),
    );
  });

  it('fits the configuration', () => {
    expect(valuesOf({ backlog: 20_000 })).toMatchObject({
      'net.core.somaxconn': '20000',
      'net.ipv4.tcp_max_syn_backlog': '20000',
    });
    expect(valuesOf({ backlog: 64 })['net.core.somaxconn']).toBe('4096');
    const reserved = (changes: Partial<Config>) => valuesOf(changes)['net.ipv4.ip_local_reserved_ports'];
    expect(reserved({})).toBeUndefined();
    expect(reserved({ port: 20_000, workers: 4 })).toBe('20000-20003');
    expect(reserved({ port: 20_000, workers: 1, adminPort: 30_000 })).toBe('20000,30000');
    expect(valuesOf({ maxWaiters: 1_000_000 })['fs.nr_open']).toBeUndefined();
    expect(valuesOf({ maxWaiters: 1_500_000 })['fs.nr_open']).toBe('2097152');
    expect(valuesOf({ redisUrl: 'redis://10.0.0.5' })['vm.overcommit_memory']).toBeUndefined();
  });

  it('never turns SYN cookies off, nor on what harms', () => {
    const values = valuesOf({});
    expect(values['net.ipv4.tcp_syncookies']).toBe('1');
    expect(Number(values['net.ipv4.tcp_keepalive_time'])).toBeGreaterThanOrEqual(60);
    for (const name of ['net.ipv4.tcp_tw_recycle', 'net.ipv4.tcp_abort_on_overflow', 'fs.file-max']) {
      expect(values[name]).toBeUndefined();
      expect(renderSysctl(configOf())).toContain(`# ${name}`);
    }
  });

  it('is what comet doctor asks for', () => {
    const changes = { port: 20_000, adminPort: 20_010, backlog: 10_000 };
    const facts = factsOf({ config: changes, kernel: valuesOf({ ...changes, redisUrl: 'redis://127.0.0.1' }) });
    const kernel = ['backlog', 'syn-cookies', 'port-range', 'kernel-advice', 'redis-host'];
    const findings = diagnose(facts).filter(({ check }) => kernel.includes(check));
    expect(namesOf(findings)).toEqual(kernel.map((check) => `ok ${check}`));
  });
});

function isPerNetwork(name: string): boolean {
  return name.startsWith('net.ipv4.');
}
