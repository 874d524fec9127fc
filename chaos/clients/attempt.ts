import type { Answer } from '../../test/support/http-client.ts';
import type { Outcome } from '../history/history.ts';

/** Errors that leave open whether something was done: docs/errors.md. */
const OPEN = new Set([104, 111, 128, 500]);

export interface Attempt {
  readonly outcome: Outcome;
  readonly cursor: string | null;
}

/** What became of one request that publishes. */
export async function attempt(request: Promise<Answer>): Promise<Attempt> {
  let answer: Answer;
  try {
    answer = await request;
  } catch (error) {
    const isRefused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    return { outcome: isRefused ? 'refused' : 'unknown', cursor: null };
  }
  const code = codeOf(answer);
  if (answer.status === 200 && code === 0) {
    return { outcome: 'acknowledged', cursor: answer.json<{ cursor?: string }>().cursor ?? null };
  }
  return { outcome: code === null || OPEN.has(code) ? 'unknown' : 'refused', cursor: null };
}

/** Null for what is no answer of the server's. */
function codeOf(answer: Answer): number | null {
  try {
    return answer.json<{ error_code: number }>().error_code;
  } catch {
    return null;
  }
}
