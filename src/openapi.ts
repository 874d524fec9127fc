/** The parts of the OpenAPI descriptions that the catalogue of errors makes; `npm run docs` writes them. */
import { CATALOGUE, type CatalogueEntry, ERROR_CODES, type ErrorCode } from './errors.ts';

/** Header fields that come with every refusal of a status, by the name of their component. */
const FIELDS: Readonly<Record<number, readonly [string, string]>> = {
  401: ['WWW-Authenticate', 'Challenge'],
  405: ['Allow', 'Allow'],
  426: ['Upgrade', 'Upgrade'],
  429: ['Retry-After', 'RetryAfter'],
  503: ['Retry-After', 'RetryAfter'],
};

const MADE = 'made from the catalogue of errors by "npm run docs"';

/** A description with the refusals as the code has them; all else stays as it is. */
export function openapiPage(page: string): string {
  return between(between(page, 'responses', responses()), 'schemas', schemas());
}

function between(page: string, name: string, text: string): string {
  const [begin, end] = [`    # ${name}: ${MADE}\n`, `    # end of ${name}\n`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the description has lost the marks between which the ${name} stand`);
  return page.slice(0, from + begin.length) + text + page.slice(to);
}

function responses(): string {
  return statuses()
    .map((status) => {
      const [field, component] = FIELDS[status] ?? [];
      const headers =
        field === undefined ? '' : `      headers:\n        ${field}: { $ref: '#/components/headers/${component}' }\n`;
      return (
        `    Refused${status}:\n      description: ${quoted(codesOf(status).join(', '))}\n${headers}` +
        `      content:\n        application/json: { schema: { $ref: '#/components/schemas/Refusal${status}' } }\n`
      );
    })
    .join('');
}

function schemas(): string {
  const any = statuses().map((status) => `        - { $ref: '#/components/schemas/Refusal${status}' }\n`);
  return `    Refusal:\n      description: Any error.\n      anyOf:\n${any.join('')}${statuses().map(schema).join('')}`;
}

function schema(status: number): string {
  const codes = codesOf(status).map((code) => {
    const { number, message }: CatalogueEntry = CATALOGUE[code];
    return `        - title: ${code}
          description: ${quoted(message)}
          properties: { error_code: { const: ${number} }, error: { const: ${code} } }
`;
  });
  return `    Refusal${status}:
      type: object
      required: [error_code, error, message]
      properties:
        error_code: { type: integer }
        error: { type: string }
        message: { type: string, minLength: 1, description: 'For people; it may be more precise than the sentence of the code.' }
        parameter: { type: string, description: 'The one at fault, where one is.' }
      additionalProperties: false
      oneOf:
${codes.join('')}`;
}

function statuses(): number[] {
  return [...new Set(ERROR_CODES.map((code) => CATALOGUE[code].status))].sort((a, b) => a - b);
}

function codesOf(status: number): ErrorCode[] {
  return ERROR_CODES.filter((code) => CATALOGUE[code].status === status);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
