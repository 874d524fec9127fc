import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TcpProxy } from './tcp-proxy.ts';
import { until } from './until.ts';

describe('TcpProxy', () => {
  let echo: Server;
  let proxy: TcpProxy;
  let seen: string;
  const sockets = new Set<Socket>();

  beforeEach(async () => {
    seen = '';
    echo = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('data', (chunk) => {
        seen += chunk;
        socket.write(chunk);
      });
    });
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    proxy = await TcpProxy.start((echo.address() as AddressInfo).port);
  });

  afterEach(async () => {
    await proxy.stop();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    echo.close();
    await once(echo, 'close');
  });

  async function dial(port = proxy.port) {
    const socket = connect(port, '127.0.0.1');
    const client = { socket, received: '' };
    socket.setEncoding('utf8').on('data', (text: string) => {
      client.received += text;
    });
    await once(socket, 'connect');
    return client;
  }

  it('cuts, refuses and takes connections again', async () => {
    const { socket } = await dial();
    await until(() => proxy.connections === 1);
    const closed = once(socket, 'close');
    await proxy.cut();
    await closed;
    await expect(dial()).rejects.toThrow('ECONNREFUSED');
    await proxy.restore();
    const again = await dial();
    again.socket.write('back');
    await until(() => again.received === 'back');
    again.socket.destroy();
    await until(() => proxy.connections === 0, { message: 'a closed connection to be forgotten' });
  });

  it.each([
    ['toServer', ''],
    ['toClient', 'held'],
  ] as const)('is silent %s and passes what it held afterwards', async (direction, reachesServer) => {
    const quiet = await dial();
    quiet.socket.write('warm');
    await until(() => quiet.received === 'warm');
    seen = '';
    proxy.silence(direction);
    quiet.socket.write('held');
    await until(() => seen.includes(reachesServer));
    // A round trip the same way, begun later: what was to pass has passed when it is done.
    const open = await TcpProxy.start((echo.address() as AddressInfo).port);
    const other = await dial(open.port);
    other.socket.write('x');
    await until(() => other.received === 'x');
    await open.stop();
    expect(quiet.received).toBe('warm');
    expect(seen.replace('x', '')).toBe(reachesServer);
    proxy.resume();
    await until(() => quiet.received === 'warmheld');
    quiet.socket.destroy();
  });

  it('lets a trickle through, in order, and then all of the rest', async () => {
    const { socket, ...client } = await dial();
    socket.on('data', (text: string) => {
      client.received += text;
    });
    proxy.trickle(1);
    const text = 'one byte each ten milliseconds '.repeat(20);
    socket.write(text);
    await until(() => client.received.length > 1);
    expect(client.received.length).toBeLessThan(text.length);
    proxy.trickle(0);
    await until(() => client.received === text);
    socket.destroy();
  });

  it('delays', async () => {
    proxy.delay(60);
    const { socket } = await dial();
    const before = performance.now();
    socket.write('slow');
    await once(socket, 'data');
    expect(performance.now() - before).toBeGreaterThan(110);
    socket.destroy();
  });
});
