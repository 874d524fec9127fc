import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Text of a document, by its path from the root of the project. */
export function readDocument(path: string): Promise<string> {
  return readFile(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
}

/** The fenced blocks of one language, in order. */
export function blocksOf(markdown: string, language: string): string[] {
  return [...markdown.matchAll(/^```(\S+)\n(.*?)^```$/gms)].flatMap(([, name, text]) =>
    name === language && text !== undefined ? [text] : [],
  );
}

/** A command of a console block, and what stands below it. */
export interface ConsoleStep {
  readonly command: string;
  readonly output: string;
}

/** What a console block shows: commands after `$ `, each with its output. */
export function stepsOf(block: string): ConsoleStep[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const end = step.indexOf('\n');
      return { command: step.slice(0, end), output: step.slice(end + 1).trimEnd() };
    });
}
