import type { Answer, Client } from './client.ts';

/** What a `/get` asks for. */
export interface Asked {
  readonly key: string;
  /** Empty for none. */
  readonly after: string;
  readonly all: boolean;
  readonly fresh: boolean;
}

/** One request waits no longer: `fetch` gives up after 300 s without an answer, and proxies often earlier. */
const LONGEST_SECONDS = 50;
/** Added to the wait until a request counts as lost. */
const GRACE_SECONDS = 15;

/** One `/get` that waits `seconds` at most; a time-out is an answer with `error_code` 1. */
export function poll(client: Client, { key, after, all, fresh }: Asked, seconds: number): Promise<Answer> {
  const timeout = Math.min(seconds, LONGEST_SECONDS);
  const fields = {
    key,
    timeout: timeout.toFixed(3),
    ...(after === '' ? {} : { after }),
    ...(all ? { all: '1' } : {}),
    ...(fresh ? { fresh: '1' } : {}),
  };
  return client.post('/get', fields, timeout + GRACE_SECONDS);
}

/** Asks again while the server says that nothing came, until `seconds` are over: then it is `null`. */
export async function pollOnce(client: Client, asked: Asked, seconds: number): Promise<Answer | null> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const left = Math.max(0, (deadline - performance.now()) / 1000);
    const answer = await poll(client, asked, left);
    if (!answer.ok || answer.body.error_code !== 1) return answer;
    if (performance.now() >= deadline) return null;
  }
}
