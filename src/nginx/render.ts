import type { Config } from '../config/options.ts';
import { checkNginxOptions } from './check.ts';
import { renderHttp } from './http.ts';
import { namesOf } from './names.ts';
import type { NginxOptions } from './options.ts';
import { workerConnections } from './sizes.ts';
import { block, paragraphs } from './text.ts';

/** Beyond the connections: logs, listening sockets, certificates, static files. */
const OTHER_FILES = 1024;

/**
 * The nginx configuration that fits a comet configuration: a whole `nginx.conf`, or a file for the `http` block of
 * one. `config.workers` must be the resolved number. Throws `NginxOptionsError`, with every problem, if something in
 * it cannot stand in an nginx configuration.
 */
export function renderNginx(config: Config, options: NginxOptions): string {
  checkNginxOptions(config, options);
  const http = renderHttp(config, options, namesOf(config));
  const lines = options.full ? full(config, options, http) : included(http);
  return `${lines.join('\n')}\n`;
}

function included(http: readonly string[]): string[] {
  return paragraphs(
    [
      '# Made by "comet nginx" from the configuration of the server: change that and make this again.',
      '# Include it in the http block of nginx.conf, for example as /etc/nginx/conf.d/comet.conf. Each client takes two',
      '# connections: worker_connections and worker_rlimit_nofile there must allow for that.',
    ],
    http,
  );
}

function full(config: Config, options: NginxOptions, http: readonly string[]): string[] {
  const connections = workerConnections(config, Math.max(1, options.machines.length));
  return paragraphs(
    ['# Made by "comet nginx --full" from the configuration of the server: change that and make this again.'],
    [
      'worker_processes auto;',
      '# Every client takes two connections, its own and the one to a comet worker, and each of them a file.',
      `worker_rlimit_nofile ${connections + OTHER_FILES};`,
    ],
    block('events', ['use epoll;', `worker_connections ${connections};`]),
    block('http', ['# Room for long host names.', 'server_names_hash_bucket_size 256;', '', ...http]),
  );
}
