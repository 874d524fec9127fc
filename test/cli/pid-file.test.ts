import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readReloadStatus, removePidFile, runningPid, writePidFile, writeReloadStatus } from '../../src/pid-file.ts';
import { processIdentity } from '../../src/process-identity.ts';
import { Child } from '../support/child.ts';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'comet-pid-'));
  path = join(directory, 'comet.pid');
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** The files of a primary that runs as this process id. */
function leaveFiles(pid: number, identity: string | null): void {
  writeFileSync(path, `${pid}\n`);
  const status = { generation: 3, ok: true, problems: [], process: identity };
  writeFileSync(`${path}.status`, JSON.stringify(status));
}

describe('pid file', () => {
  it('holds the process id and a status of generation 0, and nothing else is left behind', () => {
    expect(writePidFile(path)).toEqual({ ok: true });
    expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
    expect(readReloadStatus(path)).toEqual({ generation: 0, ok: true, problems: [] });
    expect(runningPid(path)).toEqual({ running: true, pid: process.pid });
    expect(readdirSync(directory).sort()).toEqual(['comet.pid', 'comet.pid.status']);
    removePidFile(path);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is refused while the process of another lives, and taken over once that is dead', async () => {
    const other = await Child.start('sleep', ['60']);
    leaveFiles(other.pid, processIdentity(other.pid));
    const refused = writePidFile(path);
    expect(refused).toMatchObject({
      ok: false,
      problem: expect.stringContaining(`runs already, as process ${other.pid}`),
    });
    expect(readReloadStatus(path)?.generation).toBe(3);
    removePidFile(path);
    expect(runningPid(path)).toEqual({ running: true, pid: other.pid });

    await other.stop('SIGKILL');
    expect(runningPid(path)).toMatchObject({
      running: false,
      problem: expect.stringContaining('left the file behind'),
    });
    expect(writePidFile(path)).toEqual({ ok: true });
    expect(runningPid(path)).toEqual({ running: true, pid: process.pid });
  });

  it('is stale when its process id was given to another program', async () => {
    const stranger = await Child.start('sleep', ['60']);
    leaveFiles(stranger.pid, 'an earlier boot/12345');
    expect(runningPid(path)).toMatchObject({ running: false });
    expect(writePidFile(path)).toEqual({ ok: true });
    await stranger.stop();
  });

  it.each(['', '0\n'])('that holds %j names no process and is replaced', (text) => {
    writeFileSync(path, text);
    expect(runningPid(path)).toEqual({ running: false, problem: `${path}: holds no process id` });
    expect(writePidFile(path)).toEqual({ ok: true });
  });

  it.each(['comet\n', '-1\n', '1.5\n', '1 2\n'])('that holds %j is something else and is left alone', (text) => {
    writeFileSync(path, text);
    expect(runningPid(path)).toEqual({ running: false, problem: `${path}: holds no process id` });
    expect(writePidFile(path)).toMatchObject({ ok: false, problem: expect.stringContaining('left alone') });
    removePidFile(path);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('that cannot be written or read is a problem with its reason', () => {
    const lost = join(directory, 'missing', 'comet.pid');
    expect(writePidFile(lost)).toEqual({
      ok: false,
      problem: `${lost}: the pid file cannot be written: no such file or directory`,
    });
    expect(runningPid(lost)).toEqual({
      running: false,
      problem: `${lost}: the pid file cannot be read: no such file or directory`,
    });
    removePidFile(lost);
  });
});

describe('reload status', () => {
  it('is what was written last', () => {
    expect(readReloadStatus(path)).toBeNull();
    writeReloadStatus(path, { generation: 1, ok: false, problems: ['port: must be 0 to 65535'] });
    expect(readReloadStatus(path)).toEqual({ generation: 1, ok: false, problems: ['port: must be 0 to 65535'] });
    writeReloadStatus(path, { generation: 2, ok: true, problems: [] });
    expect(readReloadStatus(path)).toEqual({ generation: 2, ok: true, problems: [] });
    expect(readdirSync(directory)).toEqual(['comet.pid.status']);
  });

  it.each(['', 'null', '{}', '{"generation":"1"}'])('that holds %j is none', (text) => {
    writeFileSync(`${path}.status`, text);
    expect(readReloadStatus(path)).toBeNull();
  });
});
