import type { Config } from '../config/options.ts';
import { nginxKeepAliveSeconds } from '../keep-alive.ts';
import type { Names } from './names.ts';
import type { NginxOptions } from './options.ts';
import { idleConnections, upstreamZone } from './sizes.ts';
import { block, duration } from './text.ts';
import { unreachable, workerAddresses } from './workers.ts';

/** The workers and how requests are spread over them. */
export function renderUpstream(config: Config, options: NginxOptions, names: Names): string[] {
  const workers = workerAddresses(config, options);
  return [
    ...(unreachable(config, options) ? warning(config.host) : []),
    '# Every worker answers for every key: no sticky sessions.',
    ...block(`upstream ${names.upstream}`, [
      '# The counts of least_conn are those of all nginx workers together, not of each one alone.',
      `zone ${names.upstream} ${upstreamZone(workers.length)};`,
      '# Polls stay open for minutes: what counts is how many each worker holds, not whose turn it is.',
      'least_conn;',
      '# max_fails=0: no worker is ever set aside. To try such a one again nginx sends it a single request now and',
      '# then until one of them ends, and long polls take minutes; with all set aside it answers 502 without asking.',
      ...workers.map((address) => `server ${address} max_fails=0;`),
      ...keepAlive(config, workers.length),
    ]),
  ];
}

function keepAlive(config: Config, workers: number): string[] {
  const seconds = nginxKeepAliveSeconds(config);
  if (seconds === 0) return ['# drain-seconds is 0: a connection kept here would be cut by a worker that goes away.'];
  return [
    '# Idle connections that each nginx worker keeps. nginx must be the one to close them: before drain-seconds are',
    `# over (${config.drainSeconds} s), and long before the workers would. Otherwise a request is sent into a closing connection,`,
    '# and nginx may not repeat a POST.',
    `keepalive ${idleConnections(workers)};`,
    `keepalive_timeout ${duration(seconds)};`,
    'keepalive_requests 100000;',
  ];
}

function warning(host: string): string[] {
  return [
    `# MIND: by this configuration the workers listen on ${host}, where other machines cannot reach them.`,
    '# Set "host" to an address of the private network, or to 0.0.0.0 behind a firewall, on each machine.',
  ];
}
