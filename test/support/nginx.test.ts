import { afterEach, describe, expect, it } from '@jest/globals';
import { freePort } from './free-port.ts';
import { get } from './http-client.ts';
import { Nginx } from './nginx.ts';

const config = (port: number, text: string) => `
events {}
http {
  access_log off;
  server { listen 127.0.0.1:${port}; return 200 "${text}"; }
}`;

describe('Nginx', () => {
  let nginx: Nginx | undefined;

  afterEach(() => nginx?.stop());

  it('serves and reloads', async () => {
    const port = await freePort();
    nginx = await Nginx.start(config(port, 'one'), { port });
    expect((await get(port, '/')).body).toBe('one');
    await nginx.reload(config(port, 'two'));
    expect((await get(port, '/')).body).toBe('two');
    await nginx.stop();
    await expect(get(port, '/')).rejects.toThrow('ECONNREFUSED');
  });

  it('says what nginx says about a bad configuration', async () => {
    await expect(Nginx.start('nonsense;', { port: await freePort() })).rejects.toThrow('unknown directive "nonsense"');
  });
});
