import type { Facts } from '../facts.ts';
import { type Finding, fine, trouble } from '../finding.ts';

/** Files of a worker that are no waiters, and those that are no connections; as the server itself reckons. */
const OTHER_FILES = 200;
const OWN_FILES = 100;
/** Waiters a worker below which the limit was hardly chosen on purpose. */
const FEW = 4096;

/** Whether a worker may open as many files as it is to hold waiters and connections. */
export function openFiles({ config, configured, machine }: Facts): Finding[] {
  const check = 'open-files';
  const { openFiles: limit, openFilesOf: pid, kernel } = machine;
  const whose = pid === null ? "this shell's limit" : `the limit of process ${pid}`;
  const room = limit - OTHER_FILES;
  const most = kernel['fs.nr_open'] ?? '1048576';
  const mend = (files: number) =>
    `LimitNOFILE=${files} in the unit of systemd, or "ulimit -n ${files}" before the start; fs.nr_open (${most}) bounds both`;
  const wanted = Math.max(configured.maxWaiters + OTHER_FILES, configured.maxConnections + OWN_FILES);
  if (wanted > limit && configured.maxWaiters + configured.maxConnections > 0) {
    const [name, value] =
      configured.maxWaiters > room
        ? ['max-waiters', configured.maxWaiters]
        : ['max-connections', configured.maxConnections];
    return [
      trouble('fail', check, {
        what: `${name} is ${value}, but a worker may have only ${limit} files open (${whose})`,
        why: 'each client is an open socket: at the limit new ones hang instead of being refused',
        mend: mend(wanted),
      }),
    ];
  }
  if (room < FEW) {
    return [
      trouble('warn', check, {
        what: `a worker may have only ${limit} files open (${whose}), so it holds ${Math.max(1, room)} waiting requests`,
        why: 'further polls are answered 503',
        mend: mend(65_536),
      }),
    ];
  }
  return [fine(check, `a worker holds up to ${config.maxWaiters} waiting requests; ${limit} open files (${whose})`)];
}

/** Whether all workers together stay below what the whole machine may have open. */
export function machineFiles({ config, machine }: Facts): Finding[] {
  const check = 'machine-files';
  const most = Number(machine.kernel['fs.file-max'] ?? Number.NaN);
  if (Number.isNaN(most)) return [];
  const needed = config.workers * (config.maxWaiters + OTHER_FILES);
  if (needed <= most) return [fine(check, `the machine may have ${most} files open`)];
  return [
    trouble('warn', check, {
      what: `${config.workers} workers may open ${needed} files, the whole machine ${most} (fs.file-max)`,
      why: 'at that number every program of the machine fails to open anything',
      mend: `remove fs.file-max from your sysctl files (the default of systemd is no limit), or lower max-waiters`,
    }),
  ];
}
