import { setting } from '../config/option.ts';
import { flag, list, text } from '../config/schemas.ts';
import { NginxOptionsError } from '../nginx/options.ts';
import { renderNginx } from '../nginx/render.ts';
import { defineCommand, reportLines } from './command.ts';
import { EXIT } from './io.ts';

export const nginx = defineCommand({
  name: 'nginx',
  summary: 'Print the nginx configuration that fits this one: a file for the http block, or with --full all of it',
  operands: [],
  settings: {
    full: setting({ schema: flag, fallback: false, help: 'A whole nginx.conf', placeholder: '', flag: true }),
    listen: setting({
      schema: text(),
      fallback: '',
      help: 'Where nginx listens, such as 8080, 203.0.113.7:80 or [::]:80',
      placeholder: '[ADDRESS:]PORT',
      fallbackText: '80, with TLS 443',
    }),
    'server-name': setting({
      schema: text(),
      fallback: '_',
      help: 'Host names that are answered, separated by spaces; _ for any',
      placeholder: 'NAMES',
    }),
    machine: setting({
      schema: list(text()),
      fallback: [],
      help: 'Machine that runs this configuration',
      placeholder: 'HOST',
      list: true,
      fallbackText: 'this one',
    }),
    'tls-certificate': path('PEM file with the certificate and its chain'),
    'tls-key': path("PEM file with the certificate's key"),
    http2: setting({ schema: flag, fallback: false, help: 'Offer HTTP/2; needs TLS', placeholder: '', flag: true }),
    static: path("Directory with the site's own files, served under /static/", 'DIR'),
    'log-dir': path("Directory of nginx' logs", 'DIR', '/var/log/nginx'),
  },
  shown: [
    'host',
    'port',
    'workers',
    'get-timeout-max',
    'mailbox-wait-min',
    'mailbox-wait-max',
    'max-body-bytes',
    'drain-seconds',
  ],
  run({ io, loaded, own }) {
    const optional = (value: string) => (value === '' ? undefined : value);
    try {
      const rendered = renderNginx(loaded.config, {
        full: own.full,
        listen: own.listen || (own.tlsCertificate === '' ? '80' : '443'),
        serverName: own.serverName,
        machines: own.machine,
        tlsCertificate: optional(own.tlsCertificate),
        tlsKey: optional(own.tlsKey),
        http2: own.http2,
        static: optional(own.static),
        logDirectory: optional(own.logDir),
      });
      io.stdout.write(rendered);
      return EXIT.done;
    } catch (error) {
      if (!(error instanceof NginxOptionsError)) throw error;
      return reportLines(io, error.problems);
    }
  },
});

function path(help: string, placeholder = 'PATH', fallbackText = '') {
  return setting({ schema: text(), fallback: '', help, placeholder, fallbackText });
}
