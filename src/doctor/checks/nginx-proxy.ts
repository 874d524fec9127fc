import { longestWaitSeconds } from '../../nginx/longest-wait.ts';
import type { Facts } from '../facts.ts';
import { type Finding, trouble } from '../finding.ts';
import type { Passage } from '../nginx/passage.ts';
import { secondsOf } from '../nginx/syntax.ts';

/** What nginx does where nothing is set. */
const READ_TIMEOUT = '60s';
const NEXT_UPSTREAM = ['error', 'timeout'];

/** Whether requests survive their wait, are answered at once, and are never made twice. */
export function proxyTrouble(passage: Passage, facts: Facts): Finding[] {
  return [...readTimeout(passage, facts), ...buffering(passage), ...retries(passage), ...keepAliveHeaders(passage)];
}

function readTimeout({ place, setting }: Passage, { config }: Facts): Finding[] {
  const text = setting('proxy_read_timeout')?.[0];
  const seconds = secondsOf(text ?? READ_TIMEOUT) ?? 0;
  const needed = Math.ceil(longestWaitSeconds(config) + config.drainSeconds);
  if (seconds >= needed) return [];
  return [
    trouble('fail', 'nginx-read-timeout', {
      what: `${place}: proxy_read_timeout is ${text ?? `not set, so it is ${READ_TIMEOUT}`}; a poll may wait ${needed} s`,
      why: 'nginx answers 504 to polls that are merely waiting',
      mend: `proxy_read_timeout ${needed + 30}s, or a shorter get-timeout-max and mailbox-wait-max`,
    }),
  ];
}

function buffering({ place, setting }: Passage): Finding[] {
  const findings: Finding[] = [];
  if ((setting('proxy_buffering')?.[0] ?? 'on') !== 'off') {
    findings.push(
      trouble('warn', 'nginx-buffering', {
        what: `${place}: answers are buffered`,
        why: 'what comes bit by bit is held back until a buffer is full, and each waiting client takes memory for one',
        mend: 'proxy_buffering off',
      }),
    );
  }
  if ((setting('proxy_cache')?.[0] ?? 'off') !== 'off') {
    findings.push(
      trouble('fail', 'nginx-buffering', {
        what: `${place}: answers are cached`,
        why: 'a client may get the answer of another one, or an old one',
        mend: 'proxy_cache off',
      }),
    );
  }
  return findings;
}

function retries({ place, setting }: Passage): Finding[] {
  const given = setting('proxy_next_upstream');
  const conditions = given ?? NEXT_UPSTREAM;
  if (conditions.includes('off')) return [];
  const findings: Finding[] = [];
  if (conditions.includes('non_idempotent')) {
    findings.push(
      trouble('fail', 'nginx-retries', {
        what: `${place}: proxy_next_upstream has non_idempotent`,
        why: 'a set or push whose worker went away is made again elsewhere: written twice',
        mend: 'leave non_idempotent out',
      }),
    );
  }
  const statuses = conditions.filter((condition) => /^http_(5|403|404|429)/.test(condition));
  if (statuses.length > 0) {
    findings.push(
      trouble('warn', 'nginx-retries', {
        what: `${place}: proxy_next_upstream has ${statuses.join(', ')}`,
        why: 'refusals are meant: they carry Retry-After. Asking every other worker multiplies the load just when there is too much',
        mend: 'proxy_next_upstream error',
      }),
    );
  }
  const bound = secondsOf(setting('proxy_next_upstream_timeout')?.[0] ?? '0') ?? 0;
  const read = secondsOf(setting('proxy_read_timeout')?.[0] ?? READ_TIMEOUT) ?? 0;
  if (conditions.includes('timeout') && (bound === 0 || bound >= read)) {
    findings.push(
      trouble('warn', 'nginx-retries', {
        what: `${place}: proxy_next_upstream ${given === null ? 'is not set, so it' : ''} repeats requests that timed out`,
        why: 'a poll that nginx gave up is made again on the next worker, and on the next',
        mend: 'proxy_next_upstream error; with several machines also timeout, and proxy_next_upstream_timeout 20s',
      }),
    );
  }
  return findings;
}

function keepAliveHeaders({ place, upstream, setting, settings }: Passage): Finding[] {
  const keeps = upstream?.some(({ name }) => name === 'keepalive') ?? false;
  if (!keeps) return [];
  const connection = settings('proxy_set_header').find(([name]) => name?.toLowerCase() === 'connection');
  // A variable is for WebSockets, and empty for everything else.
  const isKept = connection?.[1] === '' || connection?.[1]?.startsWith('$') === true;
  if (setting('proxy_http_version')?.[0] === '1.1' && isKept) return [];
  return [
    trouble('warn', 'nginx-keep-alive', {
      what: `${place}: connections to the workers are not kept, whatever "keepalive" in the upstream says`,
      why: 'each request makes a connection of its own: slower, and the local ports run out',
      mend: 'proxy_http_version 1.1 and proxy_set_header Connection ""',
    }),
  ];
}
