import type { Socket } from 'node:net';
import { Invalid } from '../invalid.ts';
import { type Answer, AnswerReader } from './answer.ts';

export interface ConnectionOwner {
  answered(answer: Answer): void;
  failed(error: Error): void;
}

/** One keep-alive connection with at most one request under way. */
export class Connection {
  /** Set before the first request. */
  owner: ConnectionOwner | null = null;
  readonly #socket: Socket;
  readonly #reader = new AnswerReader();
  #isWaiting = false;

  /** `socket` is connected, or will be; its bytes arrive through `received`. */
  constructor(socket: Socket) {
    this.#socket = socket;
    socket.once('close', () => this.#fail('the server closed a connection'));
    socket.on('error', (error) => this.#fail(`a connection failed: ${error.message}`));
  }

  send(request: string): void {
    this.#isWaiting = true;
    this.#socket.write(request, 'latin1');
  }

  received(piece: string): void {
    if (!this.#isWaiting) {
      this.#fail(`bytes that nobody asked for: ${piece}`);
      return;
    }
    try {
      const answer = this.#reader.read(piece);
      if (answer === null) return;
      this.#isWaiting = false;
      this.owner?.answered(answer);
    } catch (error) {
      this.owner?.failed(error as Error);
    }
  }

  /** Without a `TIME_WAIT` that would keep the port from the next run. */
  close(): void {
    this.owner = null;
    this.#socket.resetAndDestroy();
  }

  #fail(reason: string): void {
    this.owner?.failed(new Invalid(reason));
  }
}
