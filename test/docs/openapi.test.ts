/** The OpenAPI descriptions say all that there is, and nothing else. What answers look like, each answer is asked for itself. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CATALOGUE, ERROR_CODES } from '../../src/errors.ts';
import { ROUTES } from '../../src/metrics/meters.ts';
import { openapiPage } from '../../src/openapi.ts';
import { AUTHORIZED, World } from '../http/world.ts';
import { AnswerCheck } from '../support/answer-check.ts';
import { ApiDescription, type Operation } from '../support/api-description.ts';
import { CometProcess } from '../support/comet-process.ts';
import { get, post } from '../support/http-client.ts';
import { readDocument } from './markdown.ts';

const api = new ApiDescription('openapi.yaml');
const admin = new ApiDescription('openapi-admin.yaml');

const operations = (description: ApiDescription) =>
  Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

/** Names in the query, or of a body. */
function parametersOf(operation: Operation): string[] {
  const query = (operation.parameters ?? []).map(
    ({ $ref }) => api.at($ref) as { readonly name: string; readonly in: string },
  );
  const form = operation.requestBody?.content['application/x-www-form-urlencoded']?.schema as
    | { $ref: string }
    | undefined;
  return [
    ...query.filter((each) => each.in === 'query').map(({ name }) => name),
    ...(form === undefined ? [] : membersOf(form.$ref)),
  ];
}

function membersOf(pointer: string): string[] {
  const schema = api.at(pointer) as {
    readonly allOf?: readonly { readonly $ref: string }[];
    readonly properties?: object;
  };
  return [...(schema.allOf ?? []).flatMap(({ $ref }) => membersOf($ref)), ...Object.keys(schema.properties ?? {})];
}

describe.each([
  ['openapi.yaml', api],
  ['openapi-admin.yaml', admin],
])('docs/%s', (name, description) => {
  it('has the refusals as the catalogue has them; after a change run "npm run docs"', async () => {
    const page = await readDocument(`docs/${name}`);
    expect(page).toBe(openapiPage(page));
  });

  it('has a row for each error, under its status', () => {
    for (const code of ERROR_CODES) {
      const { number, status, message } = CATALOGUE[code];
      const body = { error_code: number, error: code, message };
      expect([code, description.problem(`#/components/schemas/Refusal${status}`, body)]).toEqual([code, null]);
      expect(description.problem(`#/components/schemas/Refusal${status}`, { ...body, more: 1 })).not.toBeNull();
      expect(description.problem(`#/components/schemas/Refusal${status}`, { ...body, error_code: 9 })).not.toBeNull();
    }
  });

  it('has schemas and references that hold', () => {
    const schemas = description.at('#/components/schemas') as object;
    for (const schema of Object.keys(schemas)) description.schema(`#/components/schemas/${schema}`);
    const references = JSON.stringify(description.document).matchAll(/"\$ref":"([^"]+)"/g);
    for (const [, pointer = ''] of references)
      expect([pointer, typeof description.at(pointer)]).toEqual([pointer, 'object']);
    const names = operations(description).map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
  });
});

let world: World;

beforeAll(async () => {
  world = await World.start({ getTimeout: 0 });
});

afterAll(() => world.stop());

describe('docs/openapi.yaml and a worker', () => {
  it('have the same paths', async () => {
    for (const { path, method } of operations(api)) {
      const { status } = await get(world.port, path, { method: method.toUpperCase(), headers: AUTHORIZED });
      expect([path, method, status]).not.toEqual([path, method, 405]);
    }
    const answered = ROUTES.filter((route) => (world.meters.requests.get(route)?.size ?? 0) > 0);
    expect(answered).toEqual(ROUTES.filter((route) => route !== 'other'));
  });

  it('take the same methods', async () => {
    for (const [path, methods] of Object.entries(api.paths)) {
      const { headers } = await get(world.port, path, { method: 'PUT' });
      const described = Object.keys(methods).map((method) => method.toUpperCase());
      expect([path, headers.allow?.split(', ').filter((method) => method !== 'HEAD')]).toEqual([path, described]);
    }
  });

  it('know the same parameters', async () => {
    const all = new Set(operations(api).flatMap(({ operation }) => parametersOf(operation)));
    for (const { path, method, operation } of operations(api)) {
      // A batch has them in a list, a WebSocket in frames, and health takes none.
      if (['/batch', '/ws', '/healthz', '/readyz'].includes(path)) continue;
      const known = await knownOf(method, path, all);
      const described = parametersOf(operation);
      const script = method === 'post' && known.includes('jsonCallback') ? ['jsonCallback'] : [];
      expect([method, path, known.sort()]).toEqual([method, path, [...described, ...script].sort()]);
    }
  });
});

/** Those of the names that a call knows: it refuses a key with a control character, and anything else that comes twice. */
async function knownOf(method: string, path: string, names: ReadonlySet<string>): Promise<string[]> {
  const known: string[] = [];
  for (const name of names) {
    const target = `${path}?${name}=%01&${name}=%01`;
    const answer =
      method === 'get' ? await get(world.port, target) : await post(world.port, target, { headers: AUTHORIZED });
    const { parameter, error } = answer.json();
    if (parameter === name && error !== 'PARAMETER_MISSING') known.push(name);
  }
  return known;
}

describe('docs/openapi-admin.yaml', () => {
  it('has paths that the admin server answers as described', async () => {
    const comet = await CometProcess.start({ workers: 1 });
    try {
      for (const { path, method } of operations(admin)) {
        expect([path, method]).toEqual([path, 'get']);
        if (path === '/events') continue;
        expect([path, (await get(comet.adminPort, path)).status]).toEqual([path, 200]);
        expect([path, (await get(comet.adminPort, path, { method: 'HEAD' })).status]).toEqual([path, 200]);
        expect([path, (await get(comet.adminPort, path, { method: 'PUT' })).status]).toEqual([path, 405]);
      }
    } finally {
      await comet.stop();
    }
  });
});

describe('a check of answers', () => {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  const found = { error_code: 0, key: 'a', value: 'b', cursor: '1-x' };
  const check = (method: string, path: string, answer: { status?: number; headers?: object; body: unknown }) => () =>
    new AnswerCheck().check(method, path, {
      status: answer.status ?? 200,
      headers: { ...headers, ...answer.headers },
      body: typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body),
    });

  it('takes what is described, and what is none of ours', () => {
    check('GET', '/get?key=a', { body: found })();
    check('GET', '/nowhere', { body: '?' })();
    check('GET', '/get', { headers: { 'x-content-type-options': undefined }, status: 418, body: '?' })();
    check('PUT', '/get', { status: 405, body: { error_code: 50, error: 'METHOD_NOT_ALLOWED', message: 'm' } })();
  });

  it.each<[string, string, string, { status?: number; headers?: object; body: unknown }]>([
    ['a field more', 'GET', '/get', { body: { ...found, more: 1 } }],
    ['a field less', 'GET', '/get', { body: { ...found, cursor: undefined } }],
    ['a field of another type', 'GET', '/get', { body: { ...found, value: 1 } }],
    ['a field in a part more', 'GET', '/get', { body: { ...found, entries: [{ cursor: '1', value: 'b', more: 1 }] } }],
    ['an unknown status', 'GET', '/get', { status: 418, body: found }],
    [
      'an error under another status',
      'GET',
      '/get',
      { status: 400, body: { error_code: 34, error: 'KEY_FORBIDDEN', message: 'm' } },
    ],
    [
      'the number of another error',
      'GET',
      '/get',
      { status: 400, body: { error_code: 11, error: 'PARAMETER_MISSING', message: 'm' } },
    ],
    ['no field of the head', 'GET', '/get', { headers: { 'cache-control': undefined }, body: found }],
    [
      'no time to come back',
      'GET',
      '/get',
      { status: 503, body: { error_code: 103, error: 'DRAINING', message: 'm' } },
    ],
    ['another type', 'GET', '/get', { headers: { 'content-type': 'text/plain' }, body: JSON.stringify(found) }],
    [
      'a script that calls with more',
      'GET',
      '/get',
      { headers: { 'content-type': 'application/javascript' }, body: '/**/f({"error_code":0,"more":1});' },
    ],
    ['another method', 'PUT', '/get', { body: found }],
    ['another part of a batch', 'POST', '/batch', { body: { error_code: 0, failed: 1, results: [{ error_code: 1 }] } }],
  ])('refuses %s', (_, method, path, answer) => {
    expect(check(method, path, answer)).toThrow('not described');
  });

  it('refuses a frame with a field more', () => {
    const frame = { type: 'answer', request: 1, error_code: 0 };
    new AnswerCheck().checkFrame(frame);
    expect(() => new AnswerCheck().checkFrame({ ...frame, more: 1 })).toThrow('not described');
  });

  it('refuses an event with a field more', () => {
    new AnswerCheck().checkEvent('missed', { key: 'a' });
    expect(() => new AnswerCheck().checkEvent('missed', { key: 'a', more: 1 })).toThrow('not described');
  });
});
