/** WebSockets, which take their rights from their handshake and last no longer than these. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Config } from '../../src/config/options.ts';
import { World } from '../http/world.ts';
import { until } from '../support/until.ts';
import { WebSocketClient, type WebSocketClientOptions } from '../support/web-socket-client.ts';
import { bearer, mint, TOKEN_SECRET } from './minted.ts';

const PRIVATE = { reading: 'token', tokenSecret: [TOKEN_SECRET], tokenLeeway: 0 } as const;

/** Of a timer that measures how late something is. Milliseconds. */
const TURN_MS = 10;

const worlds: World[] = [];
const clients: WebSocketClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await Promise.all(worlds.splice(0).map((world) => world.stop()));
});

async function start(changes: Partial<Config>): Promise<World> {
  const world = await World.start(changes);
  worlds.push(world);
  return world;
}

async function open(world: World, options: WebSocketClientOptions): Promise<WebSocketClient> {
  const client = await WebSocketClient.open(world.port, options);
  clients.push(client);
  return client;
}

/** A client whose token is good for so many seconds more; another where this process stood still for longer. */
function openFor(
  world: World,
  seconds: number,
): Promise<{ readonly client: WebSocketClient; readonly expires: number }> {
  return until(async () => {
    const expires = Date.now() + seconds * 1000;
    const token = await mint({ read: ['*'] }, { claims: { exp: expires / 1000 } });
    return { client: await open(world, bearer(token)), expires };
  });
}

describe('a WebSocket where reading is private', () => {
  it('needs a token, and may do what that says', async () => {
    const world = await start(PRIVATE);
    const without = await WebSocketClient.refusal(world.port);
    expect([without.status, without.json.error]).toEqual([401, 'UNAUTHORIZED']);
    const wrong = await WebSocketClient.refusal(
      world.port,
      bearer(await mint({ read: ['*'] }, { key: 'x'.repeat(32) })),
    );
    expect([wrong.status, wrong.json.error]).toEqual([401, 'TOKEN_INVALID']);
    const client = await open(world, bearer(await mint({ read: ['user:1', 'news*'], set: ['user:1'] })));
    expect(await client.subscribe({ 'user:1': '', 'news:today': '' })).toMatchObject({ error_code: 0 });
    expect(await client.subscribe({ 'news:old': '', 'user:10': '' })).toMatchObject({
      error: 'KEY_FORBIDDEN',
      status: 403,
    });
    expect(await client.ask({ type: 'publish', key: 'news:today', value: 'x' })).toMatchObject({
      error: 'KEY_FORBIDDEN',
    });
    expect(await client.ask({ type: 'publish', key: 'user:1', value: 'x' })).toMatchObject({ error_code: 0 });
    expect(await client.received('entry', 1)).toMatchObject([{ key: 'user:1', value: 'x' }]);
    expect(world.meters.waiters).toBe(2);
  });

  it('ends when its token does', async () => {
    const world = await start(PRIVATE);
    const { client } = await openFor(world, 1.5);
    // Or it is over already.
    await client.subscribe({ a: '' }).catch(() => null);
    expect(await client.ended()).toBe(1008);
    expect(client.closed?.reason).toContain('TOKEN_EXPIRED');
    expect(world.meters.webSocketEnds.values.expired).toBe(1);
    expect(world.meters.waiters).toBe(0);
  });
});

describe('the end of a token', () => {
  it('is that of its WebSocket, however many heartbeats came before it, each a little late', async () => {
    // As long as a turn of the wheel: each heartbeat is late by half of itself.
    const world = await start({ ...PRIVATE, eventsHeartbeat: 0.1 });
    const { client, expires } = await openFor(world, 5);
    // Counted in turns of a timer and not in time: where this process stands still neither of them goes on.
    let late = 0;
    const timer = setInterval(() => {
      if (Date.now() > expires) late++;
    }, TURN_MS);
    expect(await client.ended()).toBe(1008);
    clearInterval(timer);
    expect(late * TURN_MS).toBeLessThan(700);
    expect(client.pings).toBeGreaterThan(5);
  });
});

describe('a token in a cookie', () => {
  it('counts for a page of this host, and not for one of another, not even where any may read', async () => {
    const world = await start({ ...PRIVATE, tokenCookie: 'session', corsOrigin: ['*'] });
    const cookie = `session=${await mint({ read: ['mine'], set: ['mine'] })}`;
    const own = await open(world, { headers: { cookie, origin: `http://127.0.0.1:${world.port}` } });
    expect(await own.subscribe({ mine: '' })).toMatchObject({ error_code: 0 });
    expect(await own.ask({ type: 'publish', key: 'mine', value: 'x' })).toMatchObject({ error_code: 0 });
    const foreign = await WebSocketClient.refusal(world.port, { headers: { cookie, origin: 'https://evil.example' } });
    expect([foreign.status, foreign.json.error]).toEqual([403, 'COOKIE_FORBIDDEN']);
  });
});

describe('where reading is public', () => {
  it('a token that may set is good for that, and reads as everybody does', async () => {
    const world = await start({ tokenSecret: [TOKEN_SECRET] });
    const client = await open(world, bearer(await mint({ set: ['mine'] })));
    expect(await client.subscribe({ other: '' })).toMatchObject({ error_code: 0 });
    expect(await client.ask({ type: 'publish', key: 'mine', value: 'x' })).toMatchObject({ error_code: 0 });
    expect(await client.ask({ type: 'publish', key: 'other', value: 'x' })).toMatchObject({ error: 'KEY_FORBIDDEN' });
  });
});
