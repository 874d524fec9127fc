import { describe, expect, it } from '@jest/globals';
import type { Config } from '../../src/config/options.ts';
import { type NginxOptions, NginxOptionsError } from '../../src/nginx/options.ts';
import { renderNginx } from '../../src/nginx/render.ts';
import { configOf, optionsOf } from './config.ts';

function problems(options: Partial<NginxOptions>, config: Partial<Config> = {}): readonly string[] {
  try {
    renderNginx(configOf(config), optionsOf(options));
  } catch (error) {
    if (error instanceof NginxOptionsError) return error.problems;
    throw error;
  }
  return [];
}

const TEXTS = [
  ['listen', 'listen'],
  ['serverName', 'server-name'],
  ['tlsCertificate', 'tls-certificate'],
  ['tlsKey', 'tls-key'],
  ['static', 'static'],
  ['logDirectory', 'log-dir'],
] as const;

describe('options of an nginx configuration', () => {
  const injections = ['x; return 200', "x'", 'x"', 'x\nroot /', 'x}', '{x', '$host', 'x\\', '# x', 'x\0', 'x`y'];

  it.each(injections)('refuses %j wherever a text goes into the configuration', (text) => {
    for (const [option, flag] of TEXTS) {
      expect(problems({ tlsCertificate: '/c', tlsKey: '/k', [option]: `/${text}` })).toEqual([
        expect.stringContaining(`--${flag} ${JSON.stringify(`/${text}`)}: must`),
      ]);
    }
    expect(problems({ machines: [text] })).toEqual([expect.stringContaining('--machine')]);
  });

  it.each(['80', '127.0.0.1:80', '*:80', '[::]:80', '[2001:db8::7]:443'])('listens on %s', (listen) => {
    expect(problems({ listen })).toEqual([]);
  });

  it.each([
    '',
    '0',
    '65536',
    'localhost:80',
    '::1:80',
    '1.2.3:80',
    '[1.2.3.4]:80',
    '[fe80::1%lo]:80',
    '80 default_server',
  ])('does not listen on %j', (listen) => {
    expect(problems({ listen })).toHaveLength(1);
  });

  it.each(['10.0.0.7', 'fd00::7', '[fd00::7]', 'comet-1.example.org', 'localhost'])('takes the machine %s', (host) => {
    expect(problems({ machines: [host] })).toEqual([]);
  });

  it.each(['', '10.0.0.7:80', '[10.0.0.7]', 'fe80::1%eth0', '-x', 'a b', 'http://a'])(
    'does not take the machine %j',
    (host) => {
      expect(problems({ machines: [host] })).toHaveLength(1);
    },
  );

  it.each(['_', 'example.org', '*.example.org www.example.org', '.example.org'])('answers for %s', (serverName) => {
    expect(problems({ serverName })).toEqual([]);
  });

  it.each(['', ' ', '~^www', 'a  b', 'a\tb'])('does not answer for %j', (serverName) => {
    expect(problems({ serverName })).toHaveLength(1);
  });

  it('takes a path with spaces and refuses a relative one', () => {
    expect(problems({ static: '/srv/my site' })).toEqual([]);
    expect(problems({ static: 'site' })).toEqual(['--static "site": must be an absolute path']);
  });

  it('wants certificate and key together, and both for HTTP/2', () => {
    expect(problems({ tlsCertificate: '/c' })).toEqual(['--tls-key: missing beside its counterpart']);
    expect(problems({ tlsKey: '/k' })).toEqual(['--tls-certificate: missing beside its counterpart']);
    expect(problems({ http2: true })).toEqual(['--http2: needs --tls-certificate and --tls-key']);
  });

  it('wants ports and workers that can be written down', () => {
    expect(problems({}, { port: 0 })).toEqual([expect.stringMatching(/^port 0:/)]);
    expect(problems({}, { workers: 0 })).toEqual([expect.stringMatching(/^workers 0:/)]);
    expect(problems({}, { port: 65_535 })).toEqual([expect.stringContaining('65536')]);
  });

  it('tells every problem at once', () => {
    const options = { listen: 'x', serverName: '', machines: ['a b', 'c d'], static: '.' };
    expect(problems(options, { port: 0 })).toHaveLength(6);
  });
});
