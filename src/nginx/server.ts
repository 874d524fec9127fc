import type { Config } from '../config/options.ts';
import type { Names } from './names.ts';
import type { NginxOptions } from './options.ts';
import { renderProxy } from './proxy.ts';
import { renderRefusals } from './refusals.ts';
import { bodyBuffer, headerBuffers } from './sizes.ts';
import { renderStatic } from './static.ts';
import { block, paragraphs, quoted } from './text.ts';

/** The virtual host. Everything that a foreign `http` block may have set already is set here, not beside it. */
export function renderServer(config: Config, options: NginxOptions, names: Names): string[] {
  return block(
    'server',
    paragraphs(
      listen(config, options),
      tls(options, names),
      logs(config, options, names),
      connections(),
      bounds(config),
      compression(),
      renderRefusals(names),
      options.static === undefined ? [] : renderStatic(options.static, names),
      renderProxy(config, options, names),
    ),
  );
}

function listen(config: Config, options: NginxOptions): string[] {
  const flags = [options.tlsCertificate === undefined ? '' : ' ssl', options.http2 ? ' http2' : ''].join('');
  return [
    '# backlog: thousands of clients may come within one second; net.core.somaxconn must allow it.',
    '# so_keepalive: finds clients that vanished without a word.',
    `listen ${options.listen}${flags} backlog=${config.backlog} so_keepalive=on;`,
    `server_name ${options.serverName};`,
  ];
}

function tls(options: NginxOptions, names: Names): string[] {
  if (options.tlsCertificate === undefined || options.tlsKey === undefined) return [];
  return [
    `ssl_certificate ${quoted(options.tlsCertificate)};`,
    `ssl_certificate_key ${quoted(options.tlsKey)};`,
    'ssl_protocols TLSv1.2 TLSv1.3;',
    '# Clients that come back skip most of the handshake.',
    `ssl_session_cache shared:${names.tlsCache}:10m;`,
    'ssl_session_timeout 1h;',
    '# Answers are small: do not wait for 16 KB to fill a record.',
    'ssl_buffer_size 4k;',
  ];
}

function logs(config: Config, options: NginxOptions, names: Names): string[] {
  const directory = (options.logDirectory ?? '/var/log/nginx').replace(/(?<=.)\/+$/, '');
  const path = `${directory}/comet_${config.port}`;
  return [
    `access_log ${quoted(`${path}.access.log`)} ${names.logFormat} buffer=64k flush=1s;`,
    '# Messages of level "error" repeat the whole request line, signs included. What they tell of workers stands in',
    '# the access log too: the statuses and addresses of every attempt.',
    `error_log ${quoted(`${path}.error.log`)} crit;`,
  ];
}

function connections(): string[] {
  return [
    'sendfile on;',
    'tcp_nopush on;',
    'tcp_nodelay on;',
    'keepalive_timeout 65;',
    '# Frees what is left of a client that stopped reading.',
    'reset_timedout_connection on;',
    'server_tokens off;',
  ];
}

function bounds(config: Config): string[] {
  return [
    '# max-body-bytes. The body is held in memory: messages never touch the disk.',
    `client_max_body_size ${config.maxBodyBytes};`,
    `client_body_buffer_size ${bodyBuffer(config)};`,
    '# Room for max-url-bytes and max-header-bytes; the workers hold the exact limits.',
    `large_client_header_buffers ${headerBuffers(config)};`,
  ];
}

function compression(): string[] {
  return [
    'gzip on;',
    'gzip_vary on;',
    'gzip_proxied any;',
    '# Smaller answers fit into one packet anyway.',
    'gzip_min_length 1024;',
    'gzip_comp_level 4;',
    'gzip_types application/json application/javascript application/manifest+json text/css text/plain text/xml image/svg+xml;',
  ];
}
