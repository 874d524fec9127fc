import type { Answer } from '../answer.ts';

/** Sends a request and resolves with its answer. */
export type Ask = (request: string) => Promise<Answer>;

/** How one server wants to be asked. Requests are whole texts, ready to be written. */
export interface Dialect {
  /** What a client does before its first poll, where it must; resolves with its position. */
  join?(key: string, ask: Ask): Promise<string>;
  /** A poll for what comes after a position; the first one has the position ''. */
  poll(key: string, position: string): string;
  /** The position that an answer to a poll leaves its client at; '' where the server keeps positions itself. */
  positionIn(answer: Answer): string;
  /** Publishes a value, of letters, digits and dashes. */
  publish(key: string, value: string): string;
}

/** Of a poll, unless it says otherwise; longer than any run. */
export const TIMEOUT_SECONDS = 300;
