import { createServer } from 'node:http';
import { expect, it } from '@jest/globals';
import { runComet } from '../support/comet.ts';
import { CometProcess } from '../support/comet-process.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

const HELD = 'it is a comet server that has it already';

const start = (adminPort: number) =>
  runComet(['start', '--port', '0', '--workers', '1', '--admin-port', String(adminPort)]);

it('comet start says that a comet server has its admin port', async () => {
  const comet = await CometProcess.start({ workers: 1 });
  try {
    // One that is too busy to answer within two seconds is not known for what it is.
    await until(
      async () => {
        const { code, stdout } = await start(comet.adminPort);
        expect(code).toBe(1);
        expect(stdout).toMatch(new RegExp(`127\\.0\\.0\\.1:${comet.adminPort} is in use .*; ${HELD}`));
        return true;
      },
      { timeout: 20_000 },
    );
  } finally {
    await comet.stop();
  }
});

it('comet start does not say so of another program', async () => {
  const port = await freePort();
  const other = createServer((_, response) => response.end('{"status":"UP"}'));
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  try {
    const { code, stdout } = await start(port);
    expect([code, stdout.includes('is in use'), stdout.includes(HELD)]).toEqual([1, true, false]);
  } finally {
    other.close();
  }
});
