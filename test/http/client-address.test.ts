import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { ClientAddress } from '../../src/http/access/client-address.ts';
import { get } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { World } from './world.ts';

/** The parts of a request that count here. */
function from(remoteAddress: string | undefined, headers: Record<string, string> = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

describe('the address of a client', () => {
  const addresses = new ClientAddress(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);

  it.each([
    ['who connects', from('192.0.2.1'), '192.0.2.1'],
    ['who connects, whatever he says', from('192.0.2.1', { 'x-real-ip': '1.2.3.4' }), '192.0.2.1'],
    ['who connects by IPv4 over IPv6', from('::ffff:192.0.2.1'), '192.0.2.1'],
    ['a proxy that says nothing', from('127.0.0.1'), '127.0.0.1'],
    ['whom a proxy names', from('127.0.0.1', { 'x-real-ip': '192.0.2.7' }), '192.0.2.7'],
    ['whom a proxy of a trusted network names', from('::ffff:10.9.8.7', { 'x-real-ip': '192.0.2.7' }), '192.0.2.7'],
    ['whom an IPv6 proxy names', from('fd00::1', { 'x-real-ip': '2001:db8::1' }), '2001:db8::1'],
    ['a proxy that names nobody', from('127.0.0.1', { 'x-real-ip': 'unknown' }), '127.0.0.1'],
    ['the last one heard', from('127.0.0.1', { 'x-forwarded-for': '1.2.3.4, 192.0.2.9' }), '192.0.2.9'],
    ['who stands before our proxies', from('127.0.0.1', { 'x-forwarded-for': '192.0.2.9, 10.0.0.2' }), '192.0.2.9'],
    ['the last of our own', from('127.0.0.1', { 'x-forwarded-for': 'x, 10.0.0.3, 10.0.0.2' }), '10.0.0.3'],
    ['nobody once the connection is gone', from(undefined), ''],
  ])('is %s', (_, request, address) => {
    expect(addresses.of(request)).toBe(address);
  });

  it('believes nobody unless told', () => {
    expect(new ClientAddress([]).of(from('127.0.0.1', { 'x-real-ip': '192.0.2.7' }))).toBe('127.0.0.1');
  });

  it('stands in the debug log, and no query does', async () => {
    const world = await World.start({ trustedProxies: ['127.0.0.1'] });
    await get(world.port, '/get?key=secret-name&timeout=0', { headers: { 'x-real-ip': '192.0.2.7' } });
    const line = await until(() => world.logged.find((each) => each.msg === 'request answered'));
    expect(line).toMatchObject({ route: 'get', status: 200, client: '192.0.2.7', level: 20 });
    expect(JSON.stringify(world.logged)).not.toContain('secret-name');
    await world.stop();
  });
});
