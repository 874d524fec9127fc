import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.ts';
import { render, Wire } from './wire.ts';
import { AUTHORIZED, World } from './world.ts';

const FORM = 'Content-Type: application/x-www-form-urlencoded';
const BEARER = `Authorization: ${AUTHORIZED.authorization}`;
const LIMIT = 4096;
const CHUNKED = ['Transfer-Encoding: chunked', FORM, BEARER];

/** Far more than sockets hold on the way, so that it can only be written while somebody reads. */
const FLOOD = Buffer.alloc(32 * 1024 * 1024, 'x');

describe('bodies', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start({ maxBodyBytes: LIMIT });
  });
  afterAll(() => world.stop());

  it('takes the largest, in pieces too', async () => {
    const wire = await Wire.open(world.port);
    const value = 'v'.repeat(LIMIT - 'key=body:max&value='.length);
    wire.send(render('/set', { method: 'POST', headers: [FORM, BEARER], body: `key=body:max&value=${value}` }));
    expect((await wire.answer()).status).toBe(200);
    wire.send(render('/set', { method: 'POST', headers: CHUNKED }));
    wire.send('d\r\nkey=body:max&\r\n6\r\nvalue=\r\n');
    wire.send(`${value.length.toString(16)}\r\n${value}\r\n0\r\n\r\n`);
    expect((await wire.answer()).status).toBe(200);
    wire.destroy();
  });

  it.each([
    [
      'by its announced length',
      render('/set', { method: 'POST', headers: [FORM, BEARER, 'Content-Length: 33554432'] }),
    ],
    ['once it has come', `${render('/set', { method: 'POST', headers: CHUNKED })}2000000\r\n`],
    ['whatever its type', render('/get', { method: 'POST', headers: ['Content-Length: 33554432'] })],
  ])('refuses one that is too large %s, and reads no further', async (_, head) => {
    const before = world.meters.refused.values.body_size;
    const wire = await Wire.open(world.port);
    wire.send(head);
    let swallowed: boolean | undefined;
    wire.socket.write(FLOOD, (error) => {
      swallowed = error === undefined || error === null;
    });
    const answer = await wire.answer();
    expect(answer.status).toBe(413);
    expect(answer.json).toMatchObject({ error: 'BODY_TOO_LARGE', error_code: 70 });
    expect(answer.headers.connection).toBe('close');
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    await wire.end();
    await until(() => wire.closed);
    expect(swallowed).toBe(false);
    expect(world.meters.refused.values.body_size - before).toBe(1);
    await until(() => world.meters.connections === 0);
  });

  it('lets a client send its body when that is wanted', async () => {
    const wire = await Wire.open(world.port);
    const headers = [FORM, BEARER, 'Expect: 100-continue', 'Content-Length: 22'];
    wire.send(render('/set', { method: 'POST', headers }));
    expect((await wire.answer()).status).toBe(100);
    wire.send('key=body:expect&value=');
    expect((await wire.answer()).json).toMatchObject({ error_code: 0 });
    wire.destroy();
  });

  it.each([
    [401, [FORM, 'Content-Length: 22']],
    [413, [FORM, BEARER, `Content-Length: ${LIMIT + 1}`]],
    [415, [BEARER, 'Content-Type: text/plain', 'Content-Length: 22']],
  ])('answers %d before a client sends what is not wanted', async (status, headers) => {
    const wire = await Wire.open(world.port);
    wire.send(render('/set', { method: 'POST', headers: ['Expect: 100-continue', ...headers] }));
    const answer = await wire.answer();
    expect(answer.status).toBe(status);
    expect(answer.headers.connection).toBe('close');
    await wire.end();
    wire.destroy();
  });

  it('keeps the connection after a refusal whose short body is on its way', async () => {
    const wire = await Wire.open(world.port);
    wire.send(render('/set', { method: 'POST', headers: [FORM], body: 'key=a&value=b' }));
    expect((await wire.answer()).status).toBe(401);
    wire.send(render('/get?key=body:after&timeout=0'));
    expect((await wire.answer()).status).toBe(200);
    wire.destroy();
  });

  it('closes the connection after a refusal whose body has no known end', async () => {
    const wire = await Wire.open(world.port);
    wire.send(render('/set', { method: 'POST', headers: [FORM, 'Transfer-Encoding: chunked'] }));
    const answer = await wire.answer();
    expect(answer.status).toBe(401);
    expect(answer.headers.connection).toBe('close');
    await wire.end();
    wire.destroy();
  });

  it('ends with a client that leaves in the middle of it', async () => {
    const wire = await Wire.open(world.port);
    const before = world.meters.requests.get('get')?.get(499) ?? 0;
    wire.send(`${render('/get', { method: 'POST', headers: [FORM, 'Content-Length: 100'] })}key=a`);
    await until(() => world.meters.connections > 0);
    wire.destroy();
    await until(() => (world.meters.requests.get('get')?.get(499) ?? 0) === before + 1);
    expect(world.meters.waiters).toBe(0);
  });
});
