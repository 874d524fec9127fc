import type { Facts } from '../facts.ts';
import { type Finding, trouble } from '../finding.ts';
import { everywhere, type Passage } from '../nginx/passage.ts';
import { bytesOf, type Directive } from '../nginx/syntax.ts';

/** What nginx has where nothing is set. */
const CONNECTIONS = 512;
const BODY = '1m';
/** Fewer connections than this were hardly chosen for long polls. */
const FEW_CONNECTIONS = 4096;
/** Variables that hold the query of a request: signs stand in it. */
const WITH_QUERY = /\$(request|request_uri|args|query_string|http_referer|arg_\w+|is_args)\b/;

/** Whether signs end up in the access log. */
export function logTrouble({ place, settings }: Passage, directives: readonly Directive[]): Finding[] {
  const formats = new Map<string, string>();
  for (const { name, args } of everywhere(directives)) {
    if (name === 'log_format') formats.set(args[0] ?? '', args.slice(1).join(''));
  }
  const logs = settings('access_log');
  const used =
    logs.length === 0 ? ['combined'] : logs.flatMap(([path, format]) => (path === 'off' ? [] : [formatOf(format)]));
  const leaking = used.filter((format) => format === 'combined' || WITH_QUERY.test(formats.get(format) ?? ''));
  if (leaking.length === 0) return [];
  return [
    trouble('warn', 'nginx-access-log', {
      what: `${place}: the access log (format ${[...new Set(leaking)].join(', ')}) has whole URLs`,
      why: 'signs and tokens stand in their queries: who reads the log can read mailboxes',
      mend: 'a log_format with $uri instead of $request',
    }),
  ];
}

/** Whether bodies and connections of the size that the server allows get through. */
export function sizeTrouble(
  directives: readonly Directive[],
  passages: readonly Passage[],
  { config }: Facts,
): Finding[] {
  const findings = passages.flatMap(({ place, setting }) => {
    const text = setting('client_max_body_size')?.[0] ?? BODY;
    const bytes = bytesOf(text) ?? 0;
    if (bytes === 0 || bytes >= config.maxBodyBytes) return [];
    return [
      trouble('warn', 'nginx-body-size', {
        what: `${place}: client_max_body_size is ${text}, max-body-bytes ${config.maxBodyBytes}`,
        why: 'nginx refuses larger bodies (413) that the server would take',
        mend: `client_max_body_size ${config.maxBodyBytes}`,
      }),
    ];
  });
  const events = directives.find(({ name }) => name === 'events')?.block;
  if (events === undefined || events === null) return findings;
  const connections = Number(events.find(({ name }) => name === 'worker_connections')?.args[0] ?? CONNECTIONS);
  if (connections >= FEW_CONNECTIONS) return findings;
  return [
    ...findings,
    trouble('warn', 'nginx-connections', {
      what: `worker_connections is ${connections}`,
      why: `a waiting client takes two: each worker of nginx holds ${Math.floor(connections / 2)} of them, and closes the connections of all others`,
      mend: 'worker_connections 65536 and worker_rlimit_nofile 66560',
    }),
  ];
}

/** The second argument of `access_log`, unless it is a parameter such as `buffer=64k`. */
function formatOf(argument: string | undefined): string {
  return argument === undefined || argument.includes('=') ? 'combined' : argument;
}
