import type { Io } from './io.ts';

/** The value that an operand stands for: itself, or what comes on stdin for `-`, to the last byte. Throws if that is not UTF-8. */
export async function readValue(io: Io, operand: string): Promise<string> {
  if (operand !== '-') return operand;
  const chunks: Buffer[] = [];
  for await (const chunk of io.stdin) chunks.push(Buffer.from(chunk));
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
}
