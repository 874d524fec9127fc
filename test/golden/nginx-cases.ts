import type { Config } from '../../src/config/options.ts';
import type { NginxOptions } from '../../src/nginx/options.ts';
import { configOf, optionsOf } from '../nginx/config.ts';

export interface NginxCase {
  /** The golden file, from the root of the project. */
  readonly file: string;
  readonly config: Config;
  readonly options: NginxOptions;
}

const TLS = {
  tlsCertificate: '/etc/ssl/comet/fullchain.pem',
  tlsKey: '/etc/ssl/comet/privkey.pem',
  http2: true,
  listen: '443',
  serverName: 'comet.example.org',
} as const;

const KEYS = { publishKey: ['a'.repeat(32)], signSecret: ['b'.repeat(32)] };

/** Configurations whose text is kept, one for each way in which it can differ; `deploy/` holds two as examples. */
export const NGINX_CASES: readonly NginxCase[] = [
  { file: 'test/golden/nginx/default.conf', config: configOf(), options: optionsOf() },
  { file: 'test/golden/nginx/include.conf', config: configOf(), options: optionsOf({ full: false }) },
  {
    file: 'test/golden/nginx/two-machines.conf',
    config: configOf({ ...KEYS, host: '0.0.0.0', port: 9000, workers: 3, maxWaiters: 60_000 }),
    options: optionsOf({ machines: ['10.0.0.11', '10.0.0.12'] }),
  },
  {
    file: 'test/golden/nginx/unreachable-machine.conf',
    config: configOf(),
    options: optionsOf({ full: false, machines: ['10.0.0.11'] }),
  },
  { file: 'test/golden/nginx/tls.conf', config: configOf(), options: optionsOf(TLS) },
  {
    file: 'test/golden/nginx/static.conf',
    config: configOf(),
    options: optionsOf({ static: '/srv/my site/', logDirectory: '/var/log/comet/' }),
  },
  {
    file: 'test/golden/nginx/ipv6.conf',
    config: configOf({ host: '::', trustedProxies: ['10.0.0.0/8', 'fd00::/8'] }),
    options: optionsOf({ listen: '[::]:80', machines: ['fd00::11', '[fd00::12]'] }),
  },
  {
    file: 'test/golden/nginx/limits.conf',
    config: configOf({
      host: '0.0.0.0',
      backlog: 65_535,
      drainSeconds: 0,
      getTimeoutMax: 3600,
      maxBodyBytes: 64 * 1024 * 1024,
      maxUrlBytes: 65_536,
      maxHeaderBytes: 262_144,
    }),
    options: optionsOf(),
  },
  {
    file: 'deploy/nginx/one-machine.conf',
    config: configOf({ ...KEYS, workers: 4 }),
    options: optionsOf({ ...TLS, static: '/srv/www' }),
  },
  {
    file: 'deploy/nginx/three-machines.conf',
    config: configOf({ ...KEYS, host: '0.0.0.0', workers: 4 }),
    options: optionsOf({ ...TLS, machines: ['10.0.0.11', '10.0.0.12', '10.0.0.13'] }),
  },
];
