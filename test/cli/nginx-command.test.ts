import { describe, expect, it } from '@jest/globals';
import { runMain } from './run-main.ts';

const KEY = 'hunter2-hunter2-hunter2';

describe('comet nginx', () => {
  it('prints what fits the configuration and its own settings', async () => {
    const args = [
      'nginx',
      '--workers',
      '2',
      '--port',
      '9001',
      '--machine',
      '10.0.0.1',
      '--machine',
      '10.0.0.2',
      '--listen',
      '8080',
    ];
    const { code, stdout } = await runMain(args, { COMET_HOST: '0.0.0.0', COMET_PUBLISH_KEY: KEY });
    expect(code).toBe(0);
    for (const server of ['10.0.0.1:9001', '10.0.0.1:9002', '10.0.0.2:9001', '10.0.0.2:9002'])
      expect(stdout).toContain(`server ${server}`);
    expect(stdout).toMatch(/listen 8080\b/);
    expect(stdout).not.toContain('worker_processes');
    expect((await runMain([...args, '--full'], { COMET_HOST: '0.0.0.0', COMET_PUBLISH_KEY: KEY })).stdout).toContain(
      'worker_processes',
    );
  });

  it('listens on 80, and with TLS on 443', async () => {
    expect((await runMain(['nginx'])).stdout).toMatch(/listen 80\b/);
    const tls = ['nginx', '--tls-certificate', '/etc/a.pem', '--tls-key', '/etc/b.pem', '--http2'];
    expect((await runMain(tls)).stdout).toMatch(/listen 443\b/);
  });
});
