import type { Config } from '../config/options.ts';
import type { Names } from './names.ts';
import type { NginxOptions } from './options.ts';
import { renderServer } from './server.ts';
import { renderExpires } from './static.ts';
import { block, paragraphs } from './text.ts';
import { renderUpstream } from './upstream.ts';

/** What stands in an `http` block: the virtual host and everything that nginx wants defined beside it. */
export function renderHttp(config: Config, options: NginxOptions, names: Names): string[] {
  return paragraphs(
    tryOutWarning(config),
    renderUpstream(config, options, names),
    logFormat(names),
    clientLimit(config, names),
    retryAfter(names),
    connection(names),
    options.static === undefined ? [] : renderExpires(names),
    renderServer(config, options, names),
  );
}

function tryOutWarning(config: Config): string[] {
  const { publishKey, signSecret, tokenSecret, tokenKeys } = config;
  if (publishKey.length + signSecret.length + tokenSecret.length + tokenKeys.length > 0) return [];
  return [
    '# MIND: this configuration has neither publish-key nor sign-secret. A server that is started with it refuses',
    '# whatever comes through nginx, for that would open it to everybody.',
  ];
}

function logFormat(names: Names): string[] {
  return [
    '# $uri has no query, and the referring page is left out: signs and tokens stand in both.',
    `log_format ${names.logFormat} '$remote_addr [$time_iso8601] "$request_method $uri $server_protocol" $status $body_bytes_sent '`,
    `    '$request_time "$http_user_agent" $upstream_addr $upstream_status $upstream_response_time';`,
  ];
}

function clientLimit(config: Config, names: Names): string[] {
  const shared = [...new Set(['127.0.0.0/8', '::1', ...config.trustedProxies])];
  return [
    '# Who counts against the connection limit: every address but this machine and the trusted-proxies, behind which',
    '# many clients stand.',
    ...block(`geo ${names.shared}`, ['default 0;', ...shared.map((network) => `${network} 1;`)]),
    ...block(`map ${names.shared} ${names.client}`, ['0 $binary_remote_addr;', "default '';"]),
    `limit_conn_zone ${names.client} zone=${names.clientZone}:10m;`,
  ];
}

function retryAfter(names: Names): string[] {
  return [
    '# Seconds after which a refused client comes again: spread, so that not all of them come at once.',
    ...block(`split_clients $request_id ${names.retryAfter}`, ['20% 1;', '20% 2;', '20% 3;', '20% 4;', '* 5;']),
  ];
}

function connection(names: Names): string[] {
  return [
    '# A request that asks for a WebSocket takes its connection to the worker with it; any other leaves it to the next.',
    ...block(`map $http_upgrade ${names.connection}`, ['default upgrade;', "'' '';"]),
  ];
}
