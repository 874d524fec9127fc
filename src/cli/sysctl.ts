import { renderSysctl } from '../doctor/sysctl/render.ts';
import { defineCommand } from './command.ts';
import { EXIT } from './io.ts';

export const sysctl = defineCommand({
  name: 'sysctl',
  summary: 'Print the kernel settings that fit the configuration, with their reasons, as a file for /etc/sysctl.d',
  operands: [],
  settings: {},
  shown: ['port', 'workers', 'backlog', 'admin-port', 'redis-url', 'max-waiters'],
  run({ io, loaded: { config, configured } }) {
    io.stdout.write(renderSysctl({ ...config, maxWaiters: configured.maxWaiters }));
    return EXIT.done;
  },
});
