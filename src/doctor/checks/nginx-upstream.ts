import { nginxKeepAliveSeconds } from '../../keep-alive.ts';
import type { Facts } from '../facts.ts';
import { type Finding, trouble } from '../finding.ts';
import { named, type Passage } from '../nginx/passage.ts';
import { secondsOf } from '../nginx/syntax.ts';

/** Whether the upstream lets a worker go away and come back without a failed request. */
export function upstreamTrouble({ place, upstream }: Passage, { config }: Facts): Finding[] {
  if (upstream === null) {
    return [
      trouble('info', 'nginx-upstream', {
        what: `${place} has no upstream`,
        why: 'when that one worker is away, nobody else is asked',
        mend: 'an upstream with every worker',
      }),
    ];
  }
  const findings: Finding[] = [];
  const servers = named(upstream, 'server');
  const setAside = servers.filter((args) => !args.includes('max_fails=0'));
  if (setAside.length > 0 && servers.length > 1) {
    findings.push(
      trouble('warn', 'nginx-upstream', {
        what: `${place}: ${setAside.map(([address]) => address).join(', ')} without max_fails=0`,
        why: 'one refused connection, as at each replacement of a worker, sets a worker aside for 10 s; with all set aside nginx answers 502 without asking',
        mend: 'max_fails=0 on each server line',
      }),
    );
  }
  if (upstream.some(({ name }) => name === 'ip_hash')) {
    findings.push(
      trouble('info', 'nginx-upstream', {
        what: `${place}: ip_hash`,
        why: 'every worker answers for every key: sticky clients only make the load uneven',
        mend: 'least_conn',
      }),
    );
  }
  const keeps = named(upstream, 'keepalive').length > 0;
  const seconds = secondsOf(named(upstream, 'keepalive_timeout')[0]?.[0] ?? '60s') ?? 60;
  if (keeps && seconds >= config.drainSeconds) {
    findings.push(
      trouble('warn', 'nginx-upstream', {
        what: `${place}: idle connections are kept for ${seconds} s, a worker that goes away drains for ${config.drainSeconds} s`,
        why: 'nginx sends a request into a connection that the worker is closing, and may not repeat a POST: 502 at each reload',
        mend: `keepalive_timeout ${nginxKeepAliveSeconds(config)}s in the upstream`,
      }),
    );
  }
  return findings;
}
