import type { Facts } from '../facts.ts';
import { type Finding, fine, trouble, worstOf } from '../finding.ts';
import { type Passage, passagesTo, portOf } from '../nginx/passage.ts';
import { proxyTrouble } from './nginx-proxy.ts';
import { logTrouble, sizeTrouble } from './nginx-server.ts';
import { upstreamTrouble } from './nginx-upstream.ts';

const MAKE_AGAIN = 'comet nginx prints a configuration that fits';

/** Whether an nginx configuration passes requests to our workers in a way that long polls survive. */
export function nginx(facts: Facts): Finding[] {
  const check = 'nginx';
  const { config, nginx: file } = facts;
  if (file === null) return [];
  if (!file.read) {
    return [
      trouble('fail', check, {
        what: file.problem,
        why: 'nothing can be said about it',
        mend: `"nginx -t" says more; ${MAKE_AGAIN}`,
      }),
    ];
  }
  const ours = new Set(Array.from({ length: config.workers }, (_, index) => config.port + index));
  const passages = passagesTo(file.directives, ours);
  if (passages.length === 0) {
    return [
      trouble('fail', check, {
        what: `${file.file} passes nothing to the workers, ports ${[...ours].join(', ')}`,
        why: 'nobody reaches the server through this nginx',
        mend: `${MAKE_AGAIN}; did port or workers change since, or is this another file than the one that nginx reads?`,
      }),
    ];
  }
  const findings = eachOnce(passages, (passage) => [
    ...portTrouble(passage, ours),
    ...proxyTrouble(passage, facts),
    ...upstreamTrouble(passage, facts),
    ...logTrouble(passage, file.directives),
    ...sizeTrouble(file.directives, [passage], facts),
  ]).map((finding) => ({ ...finding, mend: `${finding.mend}; ${MAKE_AGAIN}` }));
  if (worstOf(findings) !== 'ok') return findings;
  return [fine(check, `${file.file} fits: ${passages.map(({ place }) => place).join(', ')}`)];
}

/** What one passage has in common with another, by inheriting it say, is told of the first. */
function eachOnce(passages: readonly Passage[], judge: (passage: Passage) => readonly Finding[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const passage of passages) {
    for (const finding of judge(passage)) {
      const sameness = `${finding.check} ${finding.what.replace(passage.place, '')}`;
      if (!found.has(sameness)) found.set(sameness, finding);
    }
  }
  return [...found.values()];
}

function portTrouble({ place, addresses }: Passage, ours: ReadonlySet<number>): Finding[] {
  const theirs = new Set(addresses.map(portOf));
  const missing = [...ours].filter((port) => !theirs.has(port));
  const unknown = [...theirs].filter((port) => !ours.has(port));
  const findings: Finding[] = [];
  if (missing.length > 0) {
    findings.push(
      trouble('warn', 'nginx-ports', {
        what: `${place} leaves out the workers on ${missing.join(', ')}`,
        why: 'they get nothing to do',
        mend: 'a server line for each port',
      }),
    );
  }
  if (unknown.length > 0) {
    findings.push(
      trouble('warn', 'nginx-ports', {
        what: `${place} names ${unknown.join(', ')}, where no worker is`,
        why: 'each request that is tried there costs another attempt, and in the worst case a time-out',
        mend: 'leave them out',
      }),
    );
  }
  return findings;
}
