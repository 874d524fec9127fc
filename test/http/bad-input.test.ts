import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CATALOGUE, type ErrorCode } from '../../src/errors.ts';
import { render, Wire } from './wire.ts';
import { AUTHORIZED, World } from './world.ts';

const FORM = 'Content-Type: application/x-www-form-urlencoded';
const JSON_BODY = 'Content-Type: application/json';
const BEARER = `Authorization: ${AUTHORIZED.authorization}`;

type Row = readonly [what: string, request: string, code: ErrorCode, parameter?: string];

const GETS: readonly Row[] = [
  ['no key', '/get', 'PARAMETER_MISSING', 'key'],
  ['an empty key', '/get?key=', 'PARAMETER_MISSING', 'key'],
  ['a key without a value sign', '/get?key', 'PARAMETER_MISSING', 'key'],
  ['an over-long key', `/get?key=${'k'.repeat(513)}`, 'PARAMETER_INVALID', 'key'],
  ['an over-long key of few characters', `/get?key=${'%E2%82%AC'.repeat(171)}`, 'PARAMETER_INVALID', 'key'],
  ['a NUL in the key', '/get?key=a%00b', 'PARAMETER_INVALID', 'key'],
  ['a line feed in the key', '/get?key=a%0Ab', 'PARAMETER_INVALID', 'key'],
  ['DEL in the key', '/get?key=a%7F', 'PARAMETER_INVALID', 'key'],
  ['a C1 control character in the key', '/get?key=%C2%85', 'PARAMETER_INVALID', 'key'],
  ['a key that is no UTF-8', '/get?key=%FF', 'PARAMETER_INVALID', 'key'],
  ['raw bytes in the URL', '/get?key=\xc3\xbc', 'REQUEST_MALFORMED'],
  ['an overlong encoding', '/get?key=%C0%AF', 'PARAMETER_INVALID', 'key'],
  ['an encoded surrogate', '/get?key=%ED%A0%80', 'PARAMETER_INVALID', 'key'],
  ['a cut percent sign', '/get?key=100%', 'PARAMETER_INVALID', 'key'],
  ['a percent sign before no hex', '/get?key=%zz', 'PARAMETER_INVALID', 'key'],
  ['a time-out twice', '/get?key=a&timeout=0&timeout=0', 'PARAMETER_REPEATED', 'timeout'],
  ['a time-out thrice', '/get?key=a&timeout=0&timeout=0&timeout=1', 'PARAMETER_REPEATED', 'timeout'],
  ['a time-out twice, once encoded', '/get?key=a&timeout=0&tim%65out=1', 'PARAMETER_REPEATED', 'timeout'],
  ['one key twice', '/get?key=a&k%65y=b&key=a', 'PARAMETER_INVALID', 'key'],
  ['an empty key among several', '/get?key=a&key=', 'PARAMETER_MISSING', 'key'],
  ['a callback twice', '/get?key=a&jsonCallback=f&jsonCallback=f', 'PARAMETER_REPEATED', 'jsonCallback'],
  ...['-1', '1e3', '0x10', 'NaN', 'Infinity', '', '1.', '.5', '1,5', '+1', '%2B1', '%201', 'ten', '١'].map(
    (timeout): Row => [
      `the time-out "${timeout}"`,
      `/get?key=a&timeout=${encode(timeout)}`,
      'PARAMETER_INVALID',
      'timeout',
    ],
  ),
  ...['', '1', '-1', '0-a', '1-', '01-a', '1-a b', '1-a/b', 'x', '99999999999999999-a'].map(
    (after): Row => [`the cursor "${after}"`, `/get?key=a&after=${encode(after)}`, 'PARAMETER_INVALID', 'after'],
  ),
  ...['2', 'true', 'yes', '', '01'].flatMap((flag): Row[] => [
    [`all=${flag}`, `/get?key=a&all=${flag}`, 'PARAMETER_INVALID', 'all'],
    [`fresh=${flag}`, `/get?key=a&fresh=${flag}`, 'PARAMETER_INVALID', 'fresh'],
  ]),
  ['a query on an unknown path', '/gett?key=a', 'NOT_FOUND'],
  ['a slash at the end of the path', '/get/?key=a', 'NOT_FOUND'],
  ['an encoded path', '/%67et?key=a', 'NOT_FOUND'],
  ['a path of Object.prototype', '/constructor', 'NOT_FOUND'],
  ['a path of Object.prototype without slash', 'constructor', 'REQUEST_MALFORMED'],
];

const POSTS: readonly Row[] = [
  ['a callback with POST', post('/get', 'key=a&jsonCallback=f'), 'PARAMETER_INVALID', 'jsonCallback'],
  ['a cursor in the query and in the body', post('/get?key=a&after=0', 'after=0'), 'PARAMETER_REPEATED', 'after'],
  ['one key in the query and in the body', post('/get?key=a', 'key=a'), 'PARAMETER_INVALID', 'key'],
  ['a cursor twice in a form', post('/get', 'key=a&after=0&after=0'), 'PARAMETER_REPEATED', 'after'],
  ['a form that is no UTF-8', post('/get', 'key=\xff'), 'PARAMETER_INVALID', 'key'],
  ['a number in JSON', json('/get', '{"key":"a","timeout":5}'), 'PARAMETER_INVALID', 'timeout'],
  ['null in JSON', json('/get', '{"key":null}'), 'PARAMETER_INVALID', 'key'],
  ['an object in JSON', json('/get', '{"key":{"key":"a"}}'), 'PARAMETER_INVALID', 'key'],
  ['a cursor twice in JSON', json('/get', '{"key":"a","after":"0","after":"0"}'), 'PARAMETER_REPEATED', 'after'],
  [
    'all twice in JSON, once escaped',
    json('/get', '{"all":"1", "\\u0061ll" : "1", "key":"a"}'),
    'PARAMETER_REPEATED',
    'all',
  ],
  ['the key twice in JSON, once a number', json('/get', '{"key":1,"key":"a"}'), 'PARAMETER_INVALID', 'key'],
  ['half a surrogate pair in JSON', json('/get', '{"key":"\\ud83d"}'), 'PARAMETER_INVALID', 'key'],
  ['an array', json('/get', '["key"]'), 'BODY_INVALID'],
  ['a string', json('/get', '"key"'), 'BODY_INVALID'],
  ['cut JSON', json('/get', '{"key":"a"'), 'BODY_INVALID'],
  ['JSON that is no UTF-8', json('/get', '{"key":"\xff"}'), 'BODY_INVALID'],
  ['another content type', post('/get', 'key=a', 'Content-Type: text/plain'), 'CONTENT_TYPE_UNSUPPORTED'],
  [
    'a multipart form',
    post('/get', 'key=a', 'Content-Type: multipart/form-data; boundary=x'),
    'CONTENT_TYPE_UNSUPPORTED',
  ],
  ['no content type', render('/get', { method: 'POST', body: 'key=a' }), 'CONTENT_TYPE_UNSUPPORTED'],
  ['another charset', post('/get', 'key=a', `${FORM}; charset=latin1`), 'CONTENT_TYPE_UNSUPPORTED'],
  ['a packed body', post('/get', 'key=a', `${FORM}\r\nContent-Encoding: gzip`), 'CONTENT_TYPE_UNSUPPORTED'],
  ['no value', publish('/set', 'key=a'), 'PARAMETER_MISSING', 'value'],
  ['an over-long value', publish('/set', `key=a&value=${'v'.repeat(65_537)}`), 'PARAMETER_INVALID', 'value'],
  ...['0', '-1', '0.0001', '1e9', '999999999999', 'x', ''].map(
    (ttl): Row => [`ttl=${ttl}`, publish('/set', `key=a&value=b&ttl=${ttl}`), 'PARAMETER_INVALID', 'ttl'],
  ),
  ['an empty id', publish('/set', 'key=a&value=b&id='), 'PARAMETER_INVALID', 'id'],
  ['an over-long id', publish('/set', `key=a&value=b&id=${'i'.repeat(129)}`), 'PARAMETER_INVALID', 'id'],
  ['no key to delete', publish('/delete', ''), 'PARAMETER_MISSING', 'key'],
  ['no uid to push to', publish('/push', 'value=a'), 'PARAMETER_MISSING', 'uid'],
  ['an over-long uid to push to', publish('/push', `uid=${'u'.repeat(129)}&value=a`), 'PARAMETER_INVALID', 'uid'],
  ['a control character in a uid', publish('/push', 'uid=a%01&value=a'), 'PARAMETER_INVALID', 'uid'],
  ['no publish key', post('/set', 'key=a&value=b'), 'UNAUTHORIZED'],
  ['another publish key', post('/set', 'key=a&value=b', `${FORM}\r\nAuthorization: Bearer wrong`), 'UNAUTHORIZED'],
  ['another scheme', post('/push', 'uid=a&value=b', `${FORM}\r\nAuthorization: Basic eDp5`), 'UNAUTHORIZED'],
  ['GET with a body', render('/get?key=a', { headers: [FORM], body: 'timeout=0' }), 'BODY_INVALID'],
  ['no Host', 'GET /get?key=a HTTP/1.1\r\n\r\n', 'REQUEST_MALFORMED'],
  ['two Hosts', 'GET /get?key=a HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n', 'REQUEST_MALFORMED'],
  ['another method', render('/get?key=a', { method: 'PUT' }), 'METHOD_NOT_ALLOWED'],
  ['a preflight without CORS', render('/get?key=a', { method: 'OPTIONS' }), 'METHOD_NOT_ALLOWED'],
  ['GET for a set', render('/set?key=a&value=b'), 'METHOD_NOT_ALLOWED'],
  ['an over-long URL', render(`/get?key=a&_=${'x'.repeat(8192)}`), 'URL_TOO_LONG'],
  ['a URL longer than any head may be', render(`/get?key=a&_=${'x'.repeat(20_000)}`), 'URL_TOO_LONG'],
  ['a flood of headers', render('/get?key=a', { headers: many('X-Flood: 1', 3_000) }), 'HEADERS_TOO_LARGE'],
  ['as many headers as are counted', render('/get?key=a', { headers: many('X: 1', 256) }), 'HEADERS_TOO_LARGE'],
  ['one huge header', render('/get?key=a', { headers: [`X-Huge: ${'x'.repeat(20_000)}`] }), 'HEADERS_TOO_LARGE'],
  ['no HTTP at all', 'hello\r\n\r\n', 'REQUEST_MALFORMED'],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00', 'REQUEST_MALFORMED'],
  ['a length that is no number', 'POST /get HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n', 'REQUEST_MALFORMED'],
  [
    'two ways to tell the length',
    'POST /get HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'REQUEST_MALFORMED',
  ],
  [
    'a chunk of no size',
    `POST /get HTTP/1.1\r\nHost: a\r\n${FORM}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    'REQUEST_MALFORMED',
  ],
  ['a tunnel', 'CONNECT example.org:443 HTTP/1.1\r\nHost: a\r\n\r\n', 'REQUEST_MALFORMED'],
];

describe('bad input', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world.stop());

  it.each([...GETS.map(toRequest), ...POSTS])('refuses %s', async (...[, request, code, parameter]) => {
    const answer = await Wire.ask(world.port, request);
    expect(answer.json).toMatchObject({ error_code: CATALOGUE[code].number, error: code });
    expect(answer.json).toHaveProperty('message', expect.any(String));
    expect(answer.json.parameter).toBe(parameter);
    expect(answer.status).toBe(CATALOGUE[code].status);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it('tells the methods that a path takes', async () => {
    const refused = await Wire.ask(world.port, render('/set', { method: 'GET' }));
    expect(refused.json.message).toBe('This path takes POST.');
    const allowed = async (target: string, method: string) =>
      (await Wire.ask(world.port, render(target, { method }))).headers.allow;
    expect(await allowed('/get', 'DELETE')).toBe('GET, POST');
    expect(await allowed('/set', 'GET')).toBe('POST');
    expect(await allowed('/', 'PATCH')).toBe('GET, POST');
    expect(await allowed('/readyz', 'POST')).toBe('GET, HEAD');
  });

  it('asks for a bearer where one is missing', async () => {
    const answer = await Wire.ask(world.port, render('/set?key=a&value=b', { method: 'POST' }));
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it('counted what it refused, and goes on', async () => {
    const { refused, waiters } = world.meters;
    expect(waiters).toBe(0);
    for (const reason of ['parameter', 'malformed', 'authorization', 'url_size', 'header_size'] as const) {
      expect([reason, refused.values[reason]]).not.toEqual([reason, 0]);
    }
    const answer = await Wire.ask(world.port, render('/get?key=bad-input-none&timeout=0'));
    expect(answer.json).toEqual({ error_code: 1, key: 'bad-input-none', cursor: '0' });
  });
});

describe('good input that looks bad', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world.stop());

  it.each([
    ['a cache buster, twice', '/get?timeout=0&key=a&_=1&_=2', 'a'],
    ['an unknown name that is no UTF-8', '/get?timeout=0&key=a&%FF=%FF', 'a'],
    ['empty pairs', '/get?&&timeout=0&&key=a&', 'a'],
    ['a value with a value sign', '/get?timeout=0&key=a=b', 'a=b'],
    ['a plus sign', '/get?timeout=0&key=a+b', 'a b'],
    ['percent encoding', '/get?timeout=0&key=%C3%BC%2B%26', 'ü+&'],
    ['an encoded name', '/get?timeout=0&k%65y=a', 'a'],
    ['a decimal time-out', '/get?timeout=0.05&key=a', 'a'],
    ['an absolute target', 'http://example.org/get?timeout=0&key=a', 'a'],
    ['the longest key', `/get?timeout=0&key=${'k'.repeat(512)}`, 'k'.repeat(512)],
  ])('takes %s', async (_, target, key) => {
    const answer = await Wire.ask(world.port, render(target));
    expect(answer.json).toEqual({ error_code: 1, key, cursor: '0' });
  });

  it.each([
    ['a form', post('/get?timeout=0', 'key=%C3%BC+1'), 'ü 1'],
    ['a form of raw bytes', post('/get?timeout=0', 'key=\xc3\xbc'), 'ü'],
    ['a form of raw bytes beside encoded ones', post('/get?timeout=0', 'key=\xc3\xbc%20\xe2\x82\xac'), 'ü €'],
    ['a form with its charset', post('/get?timeout=0', 'key=a', `${FORM};charset="UTF-8"`), 'a'],
    ['JSON', json('/get', '{ "timeout" : "0", "key" : "a\\"}\\\\" , "_":"" }'), 'a"}\\'],
    ['JSON with a name of Object.prototype', json('/get?timeout=0', '{"__proto__":"a","key":"b"}'), 'b'],
    ['an empty JSON object', json('/get?timeout=0&key=a', '{}'), 'a'],
    ['a surrogate pair in JSON', json('/get?timeout=0', '{"key":"\\ud83d\\ude00"}'), '😀'],
    ['no body and no content type', render('/get?timeout=0&key=a', { method: 'POST' }), 'a'],
    ['an empty body of another content type', post('/get?timeout=0&key=a', '', 'Content-Type: text/plain'), 'a'],
    [
      'chunks',
      `POST /get?timeout=0 HTTP/1.1\r\nHost: a\r\n${FORM}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nkey\r\n2\r\n=a\r\n0\r\n\r\n`,
      'a',
    ],
    ['HTTP/1.0', 'GET /get?timeout=0&key=a HTTP/1.0\r\n\r\n', 'a'],
    ['an expectation that nobody knows', render('/get?timeout=0&key=a', { headers: ['Expect: miracles'] }), 'a'],
  ])('takes %s', async (_, request, key) => {
    const answer = await Wire.ask(world.port, request);
    expect(answer.json).toEqual({ error_code: 1, key, cursor: '0' });
  });
});

function toRequest([what, target, code, parameter]: Row): Row {
  return parameter === undefined ? [what, render(target), code] : [what, render(target), code, parameter];
}

function post(target: string, body: string, header = FORM): string {
  return render(target, { method: 'POST', headers: [header], body });
}

function json(target: string, body: string): string {
  return post(target, body, JSON_BODY);
}

function publish(target: string, body: string): string {
  return post(target, body, `${FORM}\r\n${BEARER}`);
}

function encode(text: string): string {
  return text.includes('%') ? text : encodeURIComponent(text);
}

function many(line: string, count: number): string[] {
  return new Array<string>(count).fill(line);
}
