import type { EngineRequest, StoreMessage } from '../engine/embedded/messages.ts';

/** One worker's end of the embedded store. */
export interface EnginePeer {
  receive(message: EngineRequest): void;
  close(): void;
}

/** Connects a worker to the embedded store; `send` carries what the store has to say to it. */
export type ConnectEngine = (send: (message: StoreMessage) => void) => EnginePeer;
