/** Try-out mode has no keys: only programs on this machine may talk to it, whatever stands between. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Wire } from '../http/wire.ts';
import { runComet } from '../support/comet.ts';
import { CometProcess } from '../support/comet-process.ts';
import { freePort } from '../support/free-port.ts';
import { post } from '../support/http-client.ts';
import { Nginx } from '../support/nginx.ts';

describe('a server without keys', () => {
  let comet: CometProcess;
  beforeAll(async () => {
    comet = await CometProcess.start({ workers: 1, flags: { 'drain-seconds': 0.5 } });
  });
  afterAll(() => comet.stop());

  const BODY = 'key=abuse:published&value=v';

  async function attempt(head: string, version = '1.1'): Promise<number> {
    const type = 'Content-Type: application/x-www-form-urlencoded';
    const [target, ...lines] = head.split('|');
    const all = [`POST ${target} HTTP/${version}`, ...lines, type, `Content-Length: ${BODY.length}`];
    return (await Wire.ask(comet.port(), `${all.join('\r\n')}\r\n\r\n${BODY}`)).status;
  }

  it('takes what a program on this machine says', async () => {
    expect(await attempt('/set|Host: 127.0.0.1')).toBe(200);
    expect(await attempt('/set|Host: [::1]:8885')).toBe(200);
  });

  it.each([
    ['a name that was bound anew', '/set|Host: rebound.example:8885'],
    ['a name that ends like ours', '/set|Host: evil.localhost.example'],
    ['a name below ours', '/set|Host: evil.localhost'],
    ['a name with a dot', '/set|Host: localhost.'],
    ['a user before our name', '/set|Host: evil@127.0.0.1'],
    ['an address in another form', '/set|Host: 0x7f000001'],
    ['an address of one number', '/set|Host: 2130706433'],
    ['an address with octal digits', '/set|Host: 0177.0.0.1'],
    ['no address', '/set|Host: 0.0.0.0'],
    ['IPv4 in IPv6', '/set|Host: [::ffff:127.0.0.1]'],
    ['IPv4 in IPv6, of another machine', '/set|Host: [::ffff:7f00:1]'],
    ['any IPv6', '/set|Host: [::]'],
    ['IPv6 with a zone', '/set|Host: [::1%25lo]'],
    ['IPv6 without brackets', '/set|Host: ::1'],
    ['two addresses', '/set|Host: 127.0.0.1, evil.example'],
    ['a bad Host behind a good one', '/set|Host: 127.0.0.1|Host: evil.example'],
    ['a good Host behind a bad one', '/set|Host: evil.example|Host: 127.0.0.1'],
    ['an absolute target', 'http://127.0.0.1/set|Host: 127.0.0.1'],
    ['an absolute target of another name', 'http://evil.example/set|Host: 127.0.0.1'],
    ['a page of another site', '/set|Host: 127.0.0.1|Origin: http://evil.example'],
    ['a page of a name that begins like ours', '/set|Host: 127.0.0.1|Origin: http://127.0.0.1.evil.example'],
    ['a page that hides', '/set|Host: 127.0.0.1|Origin: null'],
    ['a page of an extension', '/set|Host: 127.0.0.1|Origin: chrome-extension://abc'],
    ['a page that tells no origin', '/set|Host: 127.0.0.1|Sec-Fetch-Site: cross-site'],
    ['a proxy', '/set|Host: 127.0.0.1|X-Forwarded-For: 127.0.0.1'],
    ['a proxy in capitals', '/set|Host: 127.0.0.1|X-FORWARDED-FOR: 127.0.0.1'],
    ['a proxy that says nothing', '/set|Host: 127.0.0.1|Via:'],
    ['a proxy that tells the name', '/set|Host: 127.0.0.1|X-Forwarded-Host: localhost'],
  ])('refuses %s', async (_, head) => {
    expect([400, 403]).toContain(await attempt(head));
  });

  it('refuses what comes through an nginx that was told nothing but where to go', async () => {
    const port = await freePort();
    const config = `events {}
http {
  access_log off;
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://127.0.0.1:${comet.port()}; }
  }
}`;
    const nginx = await Nginx.start(config, { port });
    try {
      const answer = await post(port, '/set', { form: { key: 'abuse:published', value: 'v' } });
      expect([answer.status, answer.json().error]).toEqual([403, 'PROXY_FORBIDDEN']);
    } finally {
      await nginx.stop();
    }
  });

  it.each(['0.0.0.0', '::', '::ffff:0.0.0.0', '192.0.2.1'])('does not start on %s', async (host) => {
    const { code, stderr } = await runComet(['start', '--host', host, '--port', '0', '--admin-port', '0']);
    expect(code).toBe(2);
    expect(stderr).toContain('publish-key');
  });
});
