import type { IncomingHttpHeaders } from 'node:http';
import { ApiDescription } from './api-description.ts';

export interface SeenAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const SCRIPT = /^\/\*\*\/[\w$.]+\(([\s\S]*)\);$/;

/**
 * Holds answers against the OpenAPI descriptions: whoever sees one in a test has it checked, so what the server says
 * and what is written about it can't part.
 */
export class AnswerCheck {
  #worker: ApiDescription | undefined;
  #admin: ApiDescription | undefined;

  /**
   * Throws if the answer is none that is described. `path` with its query. Answers of other servers are left alone:
   * those of ours, and what nginx says in their place, carry `nosniff`.
   */
  check(method: string, path: string, answer: SeenAnswer): void {
    if (answer.headers['x-content-type-options'] !== 'nosniff') return;
    const [name = ''] = path.split('?');
    this.#worker ??= new ApiDescription('openapi.yaml');
    const isWorkers = this.#worker.paths[name] !== undefined;
    const problem = isWorkers ? problemOf(this.#worker, name, method, answer) : null;
    if (problem === null && (isWorkers || answer.status === 404)) return;
    // Both servers have paths of the same names, and nobody tells us which of the two it is.
    this.#admin ??= new ApiDescription('openapi-admin.yaml');
    const isAdmins = this.#admin.paths[name] !== undefined;
    if (!isAdmins && answer.status === 404) return;
    const adminProblem = isAdmins ? problemOf(this.#admin, name, method, answer) : problem;
    if (adminProblem === null) return;
    const shown = answer.body.length > 300 ? `${answer.body.slice(0, 300)}…` : answer.body;
    throw new Error(
      `${method} ${name} answered ${answer.status} ${shown}, which is not described: ${problem ?? adminProblem}`,
    );
  }

  /** Throws if the data of an event of a worker is none that is described. */
  checkEvent(type: string, data: unknown): void {
    this.#checkValue(`${type.charAt(0).toUpperCase()}${type.slice(1)}Event`, data);
  }

  /** Throws if a frame of a WebSocket, as a worker sends it, is none that is described. */
  checkFrame(frame: unknown): void {
    this.#checkValue('ServerFrame', frame);
  }

  #checkValue(schema: string, value: unknown): void {
    this.#worker ??= new ApiDescription('openapi.yaml');
    const problem = this.#worker.problem(`#/components/schemas/${schema}`, value);
    if (problem !== null) throw new Error(`${JSON.stringify(value)} is a ${schema} that is not described: ${problem}`);
  }
}

/** What is not as described; `null` when everything is. */
function problemOf(api: ApiDescription, path: string, method: string, answer: SeenAnswer): string | null {
  const operations = api.paths[path] ?? {};
  const isHead = method === 'HEAD' && operations.get !== undefined;
  const name = isHead ? 'get' : method.toLowerCase();
  if (operations[name] === undefined || (isHead && answer.status === 405)) return otherMethod(api, method, answer);
  const described = api.response(path, name, answer.status);
  if (described === null) return 'there is no such status';
  const { value, pointer } = described;
  for (const [field, reference] of Object.entries(value.headers ?? {})) {
    const header = '$ref' in reference ? (reference.$ref as string) : `${pointer}/headers/${field}`;
    const problem = headerProblem(api, header, answer.headers[field.toLowerCase()]);
    if (problem !== null) return `${field}: ${problem}`;
  }
  // What nginx has compressed is no text here.
  const isText = !isHead && answer.headers['content-encoding'] === undefined;
  return isText ? contentProblem(api, pointer, Object.keys(value.content ?? {}), answer) : null;
}

/** A method that is not described is refused, or asks beforehand for a page of another origin. */
function otherMethod(api: ApiDescription, method: string, answer: SeenAnswer): string | null {
  if (method === 'OPTIONS' && answer.status === 204) return null;
  if (method === 'HEAD') return answer.status === 405 ? null : 'there is no such method';
  const schema = `#/components/schemas/Refusal${answer.status}`;
  return api.at(schema) === undefined ? 'there is no such method' : api.problem(schema, JSON.parse(answer.body));
}

function headerProblem(api: ApiDescription, pointer: string, field: unknown): string | null {
  const { required } = api.at(pointer) as { readonly required?: boolean };
  if (field === undefined) return required === true ? 'is missing' : null;
  return api.problem(`${pointer}/schema`, field);
}

function contentProblem(
  api: ApiDescription,
  pointer: string,
  types: readonly string[],
  { headers, body }: SeenAnswer,
): string | null {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (!types.includes(type)) return `there is no content of type ${type}`;
  const schema = `${pointer}/content/${type.replaceAll('/', '~1')}/schema`;
  if (type === 'application/json') return api.problem(schema, JSON.parse(body));
  const problem = api.problem(schema, body);
  if (problem !== null || type !== 'application/javascript') return problem;
  return scriptProblem(api, `${pointer}/content/application~1json/schema`, argumentOf(SCRIPT.exec(body)?.[1] ?? ''));
}

/** JSON, or the call that stands for JSON which a script would read otherwise. */
function argumentOf(expression: string): unknown {
  const quoted = /^JSON\.parse\((.*)\)$/.exec(expression)?.[1];
  return JSON.parse(quoted === undefined ? expression : (JSON.parse(quoted) as string));
}

/** The argument of a JSONP answer: what would have been the answer, or an error with its status. */
function scriptProblem(api: ApiDescription, schema: string, argument: unknown): string | null {
  const problem = api.problem(schema, argument);
  if (problem === null || typeof argument !== 'object' || argument === null) return problem;
  const { status, ...refusal } = argument as Readonly<Record<string, unknown>>;
  return status === undefined ? problem : api.problem(`#/components/schemas/Refusal${String(status)}`, refusal);
}
