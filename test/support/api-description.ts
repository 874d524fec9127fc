import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

type Tree = Readonly<Record<string, unknown>>;

interface Header {
  readonly required?: boolean;
  readonly schema: Tree;
}

interface Response {
  readonly headers?: Readonly<Record<string, Header | { readonly $ref: string }>>;
  readonly content?: Readonly<Record<string, unknown>>;
}

export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly $ref: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Tree }>> };
  readonly responses: Readonly<Record<string, Response | { readonly $ref: string }>>;
}

/** One OpenAPI description, and what its schemas say about values. */
export class ApiDescription {
  readonly document: Tree;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly #ajv = new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    strictTypes: false,
    strictRequired: false,
    // Of the document as a whole: half a second that every file of tests would pay. What is used is compiled strictly.
    validateSchema: false,
  });

  /** `name` is that of a file in `docs/`. */
  constructor(name: string) {
    const file = fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
    this.document = parse(readFileSync(file, 'utf8')) as Tree;
    this.paths = this.document.paths as ApiDescription['paths'];
    // What stands around the schemas is no mistake in one.
    this.#ajv.addVocabulary(Object.keys(this.document));
    this.#ajv.addSchema(this.document, 'api');
  }

  /** What stands at a JSON pointer such as `#/components/responses/Refused400`. */
  at(pointer: string): unknown {
    const names = pointer.split('/').slice(1);
    const decoded = names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
    return decoded.reduce<unknown>((tree, name) => (tree as Tree | undefined)?.[name], this.document);
  }

  /** The same, and where it really stands if that is a reference. */
  resolve<T>(pointer: string): { readonly value: T; readonly pointer: string } {
    const value = this.at(pointer) as T & { readonly $ref?: string };
    return value?.$ref === undefined ? { value, pointer } : this.resolve<T>(value.$ref);
  }

  /** What is wrong with a value by the schema at this pointer; `null` when nothing is. */
  problem(pointer: string, value: unknown): string | null {
    const validate = this.schema(pointer);
    return validate(value) ? null : this.#ajv.errorsText(validate.errors, { dataVar: 'answer' });
  }

  /** Throws where there is none, or it is wrong. */
  schema(pointer: string): ValidateFunction {
    const validate = this.#ajv.getSchema(`api${pointer}`);
    if (validate === undefined) throw new Error(`there is no schema at ${pointer}`);
    return validate;
  }

  /** The response that is described for this status; `null` for none. */
  response(
    path: string,
    method: string,
    status: number,
  ): { readonly value: Response; readonly pointer: string } | null {
    const pointer = `#/paths/${path.replaceAll('/', '~1')}/${method}/responses/${status}`;
    return this.at(pointer) === undefined ? null : this.resolve<Response>(pointer);
  }
}
