import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventText, Streams } from '../../src/dashboard/streams.ts';
import type { BusiestKeys } from '../../src/dashboard/wire.ts';
import { EventClient } from '../support/event-client.ts';
import { until } from '../support/until.ts';

const KEYS: BusiestKeys = { watched: 0, over: 1, keys: [] };

let server: Server | undefined;
const clients: EventClient[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  server?.closeAllConnections();
  server?.close();
});

/** A server that has nothing but streams. */
async function serve(streams: Streams): Promise<number> {
  server = createServer((_, response) => {
    const answer = streams.open(() => eventText('keys', KEYS, 'first'));
    if ('begin' in answer) answer.begin(response);
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function follow(port: number, paused = false): Promise<EventClient> {
  const client = await EventClient.open(port, '/', { paused });
  clients.push(client);
  return client;
}

describe('the streams of the admin server', () => {
  it('tell every page, and forget one that has gone', async () => {
    const streams = new Streams();
    const port = await serve(streams);
    const [one, other] = [await follow(port), await follow(port)];
    streams.send(eventText('keys', { ...KEYS, watched: 7 }, 'second'));
    for (const client of [one, other]) {
      expect(await client.received(2)).toMatchObject([
        { id: 'first' },
        { type: 'keys', id: 'second', data: { watched: 7 } },
      ]);
    }
    other.close();
    await until(() => streams.count === 1);
  });

  it('are bounded in number', async () => {
    const streams = new Streams();
    const port = await serve(streams);
    for (let index = 0; index < 32; index++) await follow(port);
    expect((await follow(port)).status).toBe(503);
    clients[0]?.close();
    await until(() => streams.count === 31);
    expect((await follow(port)).status).toBe(200);
  });

  it('cut a page that does not read', async () => {
    const streams = new Streams();
    const port = await serve(streams);
    await follow(port, true);
    const large = eventText('keys', {
      ...KEYS,
      keys: [{ key: 'x'.repeat(100_000), waiters: 1, sets: 0, deliveries: 0 }],
    });
    await until(() => {
      streams.send(large);
      return streams.count === 0;
    });
  });

  it('end with the server, and none is opened after that', async () => {
    const streams = new Streams();
    const port = await serve(streams);
    const client = await follow(port);
    streams.close();
    await client.ended();
    expect((await follow(port)).status).toBe(503);
  });
});
