import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readMachineFacts } from '../../src/doctor/readers/machine.ts';
import { readNginx } from '../../src/doctor/readers/nginx-file.ts';
import { readPidFileFact } from '../../src/doctor/readers/pid-file.ts';
import { readPorts } from '../../src/doctor/readers/ports.ts';
import { configOf } from '../nginx/config.ts';
import { freePort } from '../support/free-port.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'comet-doctor-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
}

describe('the machine', () => {
  it('is read from the files of the kernel', async () => {
    await write({
      'proc/self/limits':
        'Limit Soft Limit\nMax open files            1024                 4096                 files\n',
      'proc/77/limits': 'Max open files            500000               500000               files\n',
      'proc/self/cgroup': '0::/comet\n',
      'sys/fs/cgroup/comet/cpu.max': '150000 100000\n',
      'proc/sys/net/core/somaxconn': '4096\n',
      'proc/sys/net/ipv4/ip_local_port_range': '32768\t60999\n',
    });
    const machine = readMachineFacts(null, dir);
    expect(machine).toMatchObject({ openFiles: 1024, openFilesOf: null, cpuLimit: 1.5 });
    expect(machine.kernel).toEqual({ 'net.core.somaxconn': '4096', 'net.ipv4.ip_local_port_range': '32768 60999' });
    expect(machine.memory).toBeGreaterThan(2 ** 26);
    expect(readMachineFacts(77, dir)).toMatchObject({ openFiles: 500_000, openFilesOf: 77 });
    expect(readMachineFacts(78, dir)).toMatchObject({ openFiles: 1024, openFilesOf: null });
  });
});

describe('an nginx configuration', () => {
  it('is read with what it includes, by name and by pattern', async () => {
    await write({
      'nginx.conf': 'events {}\nhttp { include conf.d/*.conf; include mime.types; include none/*.conf; }',
      'mime.types': 'types { text/plain txt; }',
      'conf.d/a.conf': 'upstream a { server 127.0.0.1:1; }',
      'conf.d/b.conf': `include ${join(dir, 'deep.inc')};`,
      'conf.d/.hidden.conf': 'nonsense',
      'conf.d/c.conf.bak': 'nonsense',
      'deep.inc': 'server {}',
    });
    const read = readNginx(join(dir, 'nginx.conf'));
    if (!read.read) throw new Error(read.problem);
    const http = read.directives.find(({ name }) => name === 'http');
    expect(http?.block?.map(({ name }) => name)).toEqual(['upstream', 'server', 'types']);
  });

  it('that cannot be read says why and where', async () => {
    await write({ 'a.conf': 'include b.conf;', 'b.conf': 'server {', 'circle.conf': 'include circle.conf;' });
    expect(readNginx(join(dir, 'a.conf'))).toEqual({
      read: false,
      problem: `${join(dir, 'b.conf')}: a { is never closed`,
    });
    expect(readNginx(join(dir, 'circle.conf'))).toMatchObject({ problem: expect.stringContaining('in a circle') });
    expect(readNginx(join(dir, 'none.conf'))).toMatchObject({ problem: expect.stringContaining('no such file') });
  });
});

describe('a pid file', () => {
  it('is free, left over, running, or no pid file', async () => {
    await write({ stale: '4194000\n', other: 'a diary', running: `${process.pid}\n` });
    expect(readPidFileFact('')).toEqual({ state: 'none' });
    expect(readPidFileFact(join(dir, 'new'))).toEqual({ state: 'free' });
    expect(readPidFileFact(join(dir, 'stale'))).toEqual({ state: 'stale' });
    expect(readPidFileFact(join(dir, 'running'))).toEqual({ state: 'running', pid: process.pid });
    expect(readPidFileFact(join(dir, 'other'))).toMatchObject({ state: 'unusable' });
    expect(readPidFileFact(join(dir, 'no/where'))).toMatchObject({ state: 'unusable' });
  });
});

describe('the ports', () => {
  it('are free, of another program, or at no address of this machine', async () => {
    const port = await freePort(3);
    const other = createServer((_, answer) => answer.end('hello')).listen(port + 1, '127.0.0.1');
    try {
      const facts = await readPorts(configOf({ port, adminPort: port + 2, adminHost: '192.0.2.1' }));
      expect(facts.map(({ option, state }) => [option, state])).toEqual([
        ['port', 'free'],
        ['port', 'taken'],
        ['admin-port', 'no-address'],
      ]);
    } finally {
      other.close();
      other.closeAllConnections();
    }
  });
});
