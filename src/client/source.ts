import type { Move } from './move.ts';

/**
 * `up`: the server is heard; told again with every sign of life. `down`: not now, and that is being mended. `lost`: the
 * source gives up on all keys, or is another one now: whoever wants them looks for himself, and asks again.
 */
export type SourceState = 'up' | 'down' | 'lost';

/** Who is told by a source. */
export interface Audience {
  move(move: Move): void;
  state(state: SourceState, error?: unknown): void;
}

/** Where the moves of keys come from: a connection of our own, or the tab that has one for all of them. */
export interface Source {
  /**
   * Follow this key too; the answer is a move that goes nowhere, and so says where the source stands. Or it refuses, by
   * silence. Without a cursor: nobody here wants the key any more.
   */
  follow(key: string, cursor?: string): void;
  close(): void;
}
