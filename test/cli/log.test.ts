import { describe, expect, it } from '@jest/globals';
import { createLogger, type LogOptions } from '../../src/log.ts';

const SECRET = 'hunter2-hunter2-hunter2';

/** A logger and the lines that it wrote. */
function logger(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const output = { write: (line: string) => void lines.push(line) };
  return { log: createLogger({ level: 'info', format: 'json', output, ...options }), lines };
}

describe('log', () => {
  it('writes a JSON line with the level as a word, an ISO time and its own fields', () => {
    const { log, lines } = logger({ fields: { worker: 3 } });
    log.info({ port: 8885 }, 'listening');
    log.debug('not at this level');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      pid: process.pid,
      hostname: expect.any(String),
      worker: 3,
      port: 8885,
      msg: 'listening',
    });
  });

  it('writes a line for people when pretty', () => {
    const { log, lines } = logger({ format: 'pretty' });
    log.warn({ port: 8885 }, 'port is taken');
    expect(lines.join('')).toMatch(/WARN.*port is taken\n\s+port: 8885\n/);
  });

  it.each<[string, object]>([
    ['a config', { config: { publishKey: [SECRET], signSecret: [SECRET], redisUrl: `redis://:${SECRET}@host` } }],
    ['options by name', { 'publish-key': SECRET, nested: { 'sign-secret': SECRET, 'redis-url': SECRET } }],
    ['a header', { req: { headers: { authorization: `Bearer ${SECRET}` } } }],
    ['a header line', { header: `authorization: Bearer ${SECRET}` }],
    ['a sign', { query: { sign: SECRET } }],
    ['a URL', { url: `/?uid=42&sign=${SECRET}&expires=1` }],
    ['a Redis URL', { deep: { er: { still: { url: `redis://user:${SECRET}@10.0.0.1:6379/0` } } } }],
    ['a Redis URL with an @ in it', { url: `rediss://user:a@b${SECRET}@host` }],
    ['an error', { err: new Error(`cannot reach redis://:${SECRET}@host`, { cause: new Error(`Bearer ${SECRET}`) }) }],
    ['the options in an error', { err: Object.assign(new Error('failed'), { options: { auth: SECRET } }) }],
  ])('does not tell a secret in %s', (_, fields) => {
    for (const format of ['json', 'pretty'] as const) {
      const { log, lines } = logger({ format });
      log.info(fields, 'something happened');
      expect(lines.join('')).toContain('something happened');
      expect(lines.join('')).not.toContain(SECRET);
    }
  });

  it('keeps what an operator needs of a Redis URL', () => {
    const { log, lines } = logger();
    log.info({ url: `rediss://user:${SECRET}@10.0.0.1:6379/2` }, 'connected');
    expect(JSON.parse(lines[0] ?? '').url).toBe('rediss://[redacted]@10.0.0.1:6379/2');
  });

  it('tells an error with its code, its causes and those that it gathers', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const { log, lines } = logger();
    log.error({ err: new AggregateError([refused], 'all failed', { cause: refused }) }, 'no connection');
    const { err } = JSON.parse(lines[0] ?? '');
    const cause = { type: 'Error', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED', stack: expect.any(String) };
    expect(err).toEqual({
      type: 'AggregateError',
      message: 'all failed',
      stack: expect.any(String),
      cause,
      errors: [cause],
    });
  });

  it('ends at an error that is its own cause', () => {
    const error = new Error('around');
    error.cause = error;
    const { log, lines } = logger();
    log.error({ error }, 'again and again');
    expect(lines).toHaveLength(1);
  });
});
