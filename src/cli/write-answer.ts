import type { Output } from './io.ts';

/** The value, or each of several, on a line of its own; with `json` the answer as the server gave it. */
export function writeAnswer(output: Output, body: Readonly<Record<string, unknown>>, json: boolean): void {
  if (json) {
    output.write(`${JSON.stringify(body)}\n`);
    return;
  }
  const entries = Array.isArray(body.entries) ? (body.entries as readonly { value?: unknown }[]) : [body];
  for (const { value } of entries) output.write(`${String(value)}\n`);
}
