import { Invalid } from '../invalid.ts';
import type { Answer } from './answer.ts';
import type { Connection } from './connection.ts';

const PATIENCE_MS = 10_000;

/** One request and its answer. */
export function ask(connection: Connection, request: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Invalid(`no answer after ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
    connection.owner = {
      answered: (answer) => {
        clearTimeout(late);
        resolve(answer);
      },
      failed: (error) => {
        clearTimeout(late);
        reject(error);
      },
    };
    connection.send(request);
  });
}
