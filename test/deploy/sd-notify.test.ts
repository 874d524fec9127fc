import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pino from 'pino';
import { SdNotify } from '../../src/sd-notify.ts';
import { Child } from '../support/child.ts';
import { CometProcess } from '../support/comet-process.ts';
import { until } from '../support/until.ts';

/** A socket such as systemd has for each service: prints what it is told, a line a message. */
const LISTENER = `
use Socket;
socket(my $socket, PF_UNIX, SOCK_DGRAM, 0) or die $!;
bind($socket, sockaddr_un($ARGV[0])) or die $!;
$| = 1;
print "listening\\n";
while (defined recv($socket, my $message, 4096, 0)) { $message =~ s/\\n/|/g; print "$message\\n"; }
`;

let dir: string;
let manager: Child;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'comet-notify-'));
  await writeFile(join(dir, 'listener.pl'), LISTENER);
  manager = await Child.start('perl', [join(dir, 'listener.pl'), join(dir, 'notify')]);
  await until(() => manager.stdout.includes('listening'));
});

afterEach(async () => {
  await manager.stop('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

/** Without the barriers by which systemd-notify waits until it was heard. */
function told(): string[] {
  return manager.stdout.split('\n').filter((line) => line.includes('=') && !line.startsWith('BARRIER'));
}

function notifier(env: NodeJS.ProcessEnv): { notify: SdNotify; logs: string[] } {
  const logs: string[] = [];
  const log = pino({}, { write: (line: string) => logs.push(line) });
  return { notify: new SdNotify(log, { PATH: process.env.PATH, ...env }), logs };
}

/** There is no systemd elsewhere. */
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('what systemd is told', () => {
  it('of a server: ready, reloading, ready again, stopping', async () => {
    const comet = await CometProcess.start({
      workers: 1,
      env: { NOTIFY_SOCKET: join(dir, 'notify') },
      flags: { 'drain-seconds': 0.1 },
    });
    await until(() => told().length === 1);
    comet.signal('SIGHUP');
    await until(() => told().length === 3, { message: 'the reload to be over' });
    expect(await comet.stop()).toBe(0);
    await until(() => told().length === 4, { message: 'the end to be told' });
    expect(told()).toEqual([
      expect.stringMatching(/^READY=1\|STATUS=1 workers, engine embedded\|?$/),
      expect.stringMatching(/^RELOADING=1\|MONOTONIC_USEC=\d+\|?$/),
      expect.stringMatching(/^READY=1\|?$/),
      expect.stringMatching(/^STOPPING=1\|EXTEND_TIMEOUT_USEC=15100000\|?$/),
    ]);
    expect(comet.logs().some(({ msg }) => msg === 'systemd could not be told')).toBe(false);
  });

  it('stays in order, and a reload before the start is over is none', async () => {
    const { notify } = notifier({ NOTIFY_SOCKET: join(dir, 'notify') });
    notify.reloading();
    notify.reloaded();
    for (let turn = 0; turn < 5; turn++) notify.ready(`turn ${turn}`);
    await notify.said;
    await until(() => told().length >= 5);
    expect(told().map((line) => /turn \d/.exec(line)?.[0])).toEqual(['turn 0', 'turn 1', 'turn 2', 'turn 3', 'turn 4']);
  });

  it('is nothing without a socket, and a warning when nobody can be told', async () => {
    const silent = notifier({});
    silent.notify.ready('up');
    await silent.notify.said;
    expect(silent.logs).toEqual([]);

    for (const env of [{ NOTIFY_SOCKET: join(dir, 'nowhere') }, { NOTIFY_SOCKET: join(dir, 'notify'), PATH: dir }]) {
      const { notify, logs } = notifier(env);
      notify.ready('up');
      await notify.said;
      expect(logs.join('')).toContain('systemd could not be told');
    }
    expect(told()).toEqual([]);
  });
});
