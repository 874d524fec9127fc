import { option } from '../option.ts';
import { count, host, port } from '../schemas.ts';

export const LISTENING = {
  host: option({
    schema: host,
    fallback: '127.0.0.1',
    help: 'Address that the workers listen on; IPv6 too. Other than loopback it needs publish-key or sign-secret',
    placeholder: 'ADDRESS',
    group: 'listening',
    fixed: true,
  }),
  port: option({
    schema: port,
    fallback: 8885,
    help: 'Port of the first worker; the next ones follow it. 0 takes any free ports',
    placeholder: 'PORT',
    group: 'listening',
    fixed: true,
  }),
  workers: option({
    schema: count(0, 1024),
    fallback: 0,
    help: 'Number of workers, each on its own port; 0 is one per CPU that this process may use',
    placeholder: 'N',
    group: 'listening',
    fixed: true,
    fallbackText: 'one per CPU',
  }),
  backlog: option({
    schema: count(1, 65_535),
    fallback: 4096,
    help: 'Connections that the kernel holds for a worker which is not ready to accept them',
    placeholder: 'N',
    group: 'listening',
    fixed: true,
  }),
  'admin-host': option({
    schema: host,
    fallback: '127.0.0.1',
    help: 'Address of the admin server (metrics, health, dashboard)',
    placeholder: 'ADDRESS',
    group: 'listening',
    fixed: true,
  }),
  'admin-port': option({
    schema: port,
    fallback: 8880,
    help: 'Port of the admin server; 0 takes any free port',
    placeholder: 'PORT',
    group: 'listening',
    fixed: true,
  }),
} as const;
