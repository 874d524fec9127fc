import { EmbeddedEngine, type EmbeddedEngineOptions } from '../../src/engine/embedded/engine.ts';
import type { EngineRequest } from '../../src/engine/embedded/messages.ts';
import type { EntryNotice } from '../../src/engine/engine.ts';
import { Recorder } from '../contract/recorder.ts';

/** A started engine at a port that the test answers by hand. */
export class HandPort {
  readonly engine: EmbeddedEngine;
  readonly events = new Recorder();
  /** Everything that the engine sent. */
  readonly sent: EngineRequest[] = [];
  isOpen = true;

  constructor(options: EmbeddedEngineOptions) {
    this.engine = new EmbeddedEngine({ send: (request) => this.#send(request) }, options);
    this.engine.start(this.events);
  }

  /** The calls that it sent, by id. */
  ids(): number[] {
    return this.sent.flatMap((request) => (request.type === 'call' ? [request.id] : []));
  }

  /** What it said about topics. */
  changes(): Extract<EngineRequest, { type: 'watch' | 'unwatch' }>[] {
    return this.sent.filter((request) => request.type === 'watch' || request.type === 'unwatch');
  }

  /** Answers every call, again if need be, that nothing is there. */
  answerAll(): void {
    for (const id of this.ids()) this.engine.receive({ type: 'result', id, result: null, now: 0 });
  }

  #send(request: EngineRequest): boolean {
    if (this.isOpen) this.sent.push(request);
    return this.isOpen;
  }
}

export function entryNotice(epoch: string, fields: Partial<EntryNotice> = {}): EntryNotice {
  const entry = { type: 'entry', epoch, offset: 1, first: 1, ancestor: null, value: 'x' } as const;
  return { ...entry, expiresAt: 0, acceptedAt: 0, ...fields };
}
