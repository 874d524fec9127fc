import type { Config } from '../config/options.ts';
import { longestWaitSeconds } from './longest-wait.ts';
import type { Names } from './names.ts';
import type { NginxOptions } from './options.ts';
import { block, duration, paragraphs } from './text.ts';
import { spansMachines } from './workers.ts';

/** Seconds above the longest wait and the drain until nginx gives an answer up. */
const READ_RESERVE = 30;

/** Who asks, and what for: nginx would tell of itself. */
const FORWARDED: readonly string[] = [
  'proxy_set_header Host $http_host;',
  'proxy_set_header X-Real-IP $remote_addr;',
  'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
  'proxy_set_header X-Scheme $scheme;',
];

/** Everything that is not a file goes to a worker. */
export function renderProxy(config: Config, options: NginxOptions, names: Names): string[] {
  return block(
    'location /',
    paragraphs(
      [
        `proxy_pass http://${names.upstream};`,
        '# Both are needed for connections to the workers that outlive a request.',
        'proxy_http_version 1.1;',
        'proxy_set_header Connection "";',
      ],
      [...FORWARDED, 'proxy_pass_header Server;', 'proxy_redirect off;'],
      ['# An answer is passed on as it comes: small, and somebody is waiting for it.', 'proxy_buffering off;'],
      readTimeout(config),
      nextUpstream(options),
      ['# Finds a worker whose machine vanished while a poll was parked.', 'proxy_socket_keepalive on;'],
      [
        '# Requests that one address may have open at once. Generous: a whole office can stand behind one.',
        `limit_conn ${names.clientZone} 1024;`,
        'limit_conn_status 429;',
      ],
      webSockets(names),
    ),
  );
}

/** Within the location of everything else, whose settings hold here too: a ping comes long before its time-out. */
function webSockets(names: Names): string[] {
  return [
    '# WebSockets. A location with a header field of its own inherits none.',
    ...block('location = /ws', [
      `proxy_pass http://${names.upstream};`,
      'proxy_set_header Upgrade $http_upgrade;',
      `proxy_set_header Connection ${names.connection};`,
      ...FORWARDED,
    ]),
  ];
}

function readTimeout(config: Config): string[] {
  const longest = longestWaitSeconds(config);
  return [
    `# Longest wait that the configuration allows (${longest} s) + drain (${config.drainSeconds} s) + ${READ_RESERVE} s. Were it shorter,`,
    '# nginx would answer 504 to polls that are merely waiting.',
    `proxy_read_timeout ${duration(Math.ceil(longest + config.drainSeconds + READ_RESERVE))};`,
  ];
}

function nextUpstream(options: NginxOptions): string[] {
  if (!spansMachines(options)) {
    return [
      '# A worker that refuses the connection: ask another. A poll that timed out is never repeated elsewhere.',
      'proxy_next_upstream error;',
      'proxy_connect_timeout 10s;',
    ];
  }
  return [
    '# A worker that refuses the connection, or a machine that is gone and does not even refuse: ask another. A poll',
    '# that timed out is never repeated elsewhere: its time-out lies far beyond the 20 s in which others are asked.',
    'proxy_next_upstream error timeout;',
    'proxy_next_upstream_timeout 20s;',
    'proxy_connect_timeout 1s;',
  ];
}
