import { describe, expect, it } from '@jest/globals';
import type { Config } from '../../src/config/options.ts';
import { get } from '../support/http-client.ts';
import { render, Wire, type WireAnswer } from './wire.ts';
import { World } from './world.ts';

const MINE = 'https://mine.example';
const OTHER = 'https://other.example';
const TARGET = '/get?key=cors:none&timeout=0';

async function inWorld(changes: Partial<Config>, test: (ask: Ask) => Promise<void>): Promise<void> {
  const world = await World.start(changes);
  try {
    await test((target, method, origin) =>
      Wire.ask(world.port, render(target, { method, headers: origin === '' ? [] : [`Origin: ${origin}`] })),
    );
  } finally {
    await world.stop();
  }
}

type Ask = (target: string, method: string, origin: string) => Promise<WireAnswer>;

describe('CORS', () => {
  it('lets pages of the configured origins read answers, errors too', () =>
    inWorld({ corsOrigin: [MINE] }, async (ask) => {
      for (const target of [TARGET, '/get', '/nothing']) {
        const { headers } = await ask(target, 'GET', MINE);
        expect(headers['access-control-allow-origin']).toBe(MINE);
        expect(headers['access-control-expose-headers']).toBe('Retry-After');
        expect(headers.vary).toBe('Origin');
      }
    }));

  it.each([OTHER, 'null', `${MINE}.evil.example`, '*', ''])('does not let %p', (origin) =>
    inWorld({ corsOrigin: [MINE] }, async (ask) => {
      const answer = await ask(TARGET, 'GET', origin);
      expect(answer.json).toMatchObject({ error_code: 1 });
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      expect(answer.headers.vary).toBe('Origin');
    }),
  );

  it('lets any where that is configured', () =>
    inWorld({ corsOrigin: ['*'] }, async (ask) => {
      const answer = await ask(TARGET, 'GET', OTHER);
      expect(answer.headers['access-control-allow-origin']).toBe('*');
      expect(answer.json).toMatchObject({ error_code: 1 });
    }));

  it('answers a preflight', () =>
    inWorld({ corsOrigin: [OTHER, MINE] }, async (ask) => {
      const answer = await ask('/set', 'OPTIONS', MINE);
      expect(answer.status).toBe(204);
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': MINE,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'Authorization, Content-Type, Last-Event-ID',
        'access-control-max-age': '600',
        vary: 'Origin',
      });
      expect((await ask('/set', 'OPTIONS', 'https://evil.example')).headers).not.toHaveProperty(
        'access-control-allow-origin',
      );
      expect((await ask('/nothing', 'OPTIONS', MINE)).status).toBe(404);
      expect((await ask('/set', 'GET', MINE)).headers.allow).toBe('POST, OPTIONS');
    }));

  it('is not there unless it is configured', () =>
    inWorld({}, async (ask) => {
      const answer = await ask(TARGET, 'GET', MINE);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-') || name === 'vary')).toEqual([]);
      expect((await ask('/set', 'OPTIONS', MINE)).status).toBe(405);
    }));

  it('changes nothing about the answer itself', () =>
    inWorld({ corsOrigin: [MINE] }, async (ask) => {
      const world = await World.start();
      const plain = await get(world.port, TARGET);
      expect((await ask(TARGET, 'GET', MINE)).body).toBe(plain.body);
      await world.stop();
    }));
});
