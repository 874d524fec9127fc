import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { renderNginx } from '../../src/nginx/render.ts';
import { type Certificate, makeCertificate } from '../nginx/certificate.ts';
import { configOf, optionsOf } from '../nginx/config.ts';
import { NGINX_CASES, type NginxCase } from './nginx-cases.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const UPDATE = process.env.UPDATE_GOLDEN === '1';
const run = promisify(execFile);

let dir: string;
let certificate: Certificate;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'comet-golden-'));
  await mkdir(join(dir, 'logs'));
  certificate = await makeCertificate(dir);
});

afterAll(() => rm(dir, { recursive: true, force: true }));

/** The same case with a certificate and a log directory that exist here, on a port that needs no privilege. */
function here({ config, options }: NginxCase): string {
  const tls = options.tlsCertificate === undefined ? {} : certificate;
  return renderNginx(config, { ...options, ...tls, listen: '127.0.0.1:28443', logDirectory: 'logs' });
}

/** Resolves if nginx takes the configuration without a warning; rejects with what it says otherwise. */
async function accepted(config: string): Promise<void> {
  await writeFile(join(dir, 'nginx.conf'), config);
  const pid = `pid ${join(dir, 'nginx.pid')};`;
  const { stderr } = await run('nginx', ['-t', '-p', dir, '-c', join(dir, 'nginx.conf'), '-e', 'stderr', '-g', pid]);
  const complaints = stderr.split('\n').filter((line) => /\[(warn|error|emerg)\]/.test(line));
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
}

function wrapped(...includes: readonly string[]): string {
  return `events {}\nhttp {\n${includes.join('\n')}}\n`;
}

describe.each(NGINX_CASES)('$file', (golden) => {
  it('is what the generator writes', async () => {
    const path = join(ROOT, golden.file);
    const text = renderNginx(golden.config, golden.options);
    if (UPDATE) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
    expect(text).toBe(await readFile(path, 'utf8'));
  });

  it('is accepted by nginx', async () => {
    await accepted(golden.options.full ? here(golden) : wrapped(here(golden)));
  });
});

describe('an include file', () => {
  const include = (port: number, listen: string) =>
    renderNginx(configOf({ port }), optionsOf({ full: false, listen, static: dir, logDirectory: 'logs' }));

  it('stands beside that of another configuration', async () => {
    await accepted(wrapped(include(8885, '28443'), include(9000, '28444')));
  });

  it('stands in an http block that has settings of its own', async () => {
    const settings = 'sendfile on; tcp_nopush on; tcp_nodelay on; gzip on; keepalive_timeout 10; access_log off;';
    await accepted(wrapped(settings, include(8885, '28443'), 'server { listen 28443; server_name other; }'));
  });
});
