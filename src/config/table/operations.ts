import { option } from '../option.ts';
import { flag, oneOf, seconds, text } from '../schemas.ts';

export const OPERATIONS = {
  'drain-seconds': option({
    schema: seconds(0, 600),
    fallback: 10,
    help: 'Seconds over which a worker that goes away answers its waiters',
    placeholder: 'SECONDS',
    group: 'operations',
  }),
  'shutdown-delay': option({
    schema: seconds(0, 600),
    fallback: 0,
    help: 'Seconds between /readyz turning 503 and the drain, for load balancers that poll it',
    placeholder: 'SECONDS',
    group: 'operations',
  }),
  'pin-cpus': option({
    schema: flag,
    fallback: false,
    help: 'Bind each worker to a CPU (needs taskset)',
    placeholder: '',
    group: 'operations',
    flag: true,
    fixed: true,
  }),
  'pid-file': option({
    schema: text(),
    fallback: '',
    help: 'File that holds the process id of the primary while it runs; comet reload reads it',
    placeholder: 'PATH',
    group: 'operations',
    fixed: true,
    fallbackText: 'none',
  }),
  'log-level': option({
    ...oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    fallback: 'info',
    help: 'Least level that is logged',
    placeholder: 'LEVEL',
    group: 'operations',
  }),
  'log-format': option({
    ...oneOf('auto', 'json', 'pretty'),
    fallback: 'auto',
    help: 'json for machines, pretty for people; auto is pretty on a terminal',
    placeholder: 'FORMAT',
    group: 'operations',
    fixed: true,
  }),
} as const;
