import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/**
 * Begins something and stands still for so many milliseconds, as a process that doesn't get the CPU; `arrive` is called by
 * what came over a socket meanwhile, once it is read. Gives what was begun.
 */
export async function standStill<T>(ms: number, begin: () => Promise<T>, arrive: () => void): Promise<T> {
  const server = createServer((socket) => socket.once('data', arrive)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sender = connect((server.address() as AddressInfo).port, '127.0.0.1');
  try {
    await once(sender, 'connect');
    return await new Promise<T>((resolve) => {
      setImmediate(() => {
        resolve(begin());
        sender.write('arrived');
        for (const over = performance.now() + ms; performance.now() < over; );
      });
    });
  } finally {
    sender.destroy();
    server.close();
  }
}
