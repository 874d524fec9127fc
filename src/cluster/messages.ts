/**
 * What the primary and a worker say to each other over the child process channel. Both sides switch on `type`
 * exhaustively. In redis mode nothing here grows with traffic; in embedded mode the `engine` messages carry it.
 */
import type { Config } from '../config/options.ts';
import type { EngineRequest, StoreMessage } from '../engine/embedded/messages.ts';
import type { MetricsDump } from '../metrics/dump.ts';
import type { KeyCensus } from '../metrics/key-census.ts';
import type { Pulse } from '../metrics/pulse.ts';
import type { WakeAnswer, WakeQuestion } from '../metrics/wake-question.ts';

export type PrimaryMessage =
  /**
   * First message: everything the worker needs to build itself. Secrets travel here, not in argv or environment.
   * `worker` is its number, 1 for the first port.
   */
  | { readonly type: 'configure'; readonly config: Config; readonly worker: number }
  /** Carries the bound socket; the worker begins to listen on it. `port` is for people to read. */
  | { readonly type: 'listen'; readonly port: number }
  /** Answered with `pong`: the event loop turns. */
  | { readonly type: 'ping' }
  | { readonly type: 'metrics'; readonly id: number }
  /** Which keys are busiest? `limit` of each kind. Asked only while an operator looks. */
  | { readonly type: 'keys'; readonly id: number; readonly limit: number }
  /** What another worker of this machine asks; only where a set is to count whom it wakes. */
  | { readonly type: 'wake'; readonly id: number; readonly question: WakeQuestion }
  /** What the others answered. */
  | { readonly type: 'siblings'; readonly id: number; readonly answers: readonly WakeAnswer[] }
  /** `/readyz` says 503 from now on; traffic goes on. */
  | { readonly type: 'unready' }
  /** Stop accepting, answer the waiters, end. */
  | { readonly type: 'drain' }
  | { readonly type: 'engine'; readonly message: StoreMessage };

export type WorkerMessage =
  /** The process runs and listens for messages. Whatever is sent before this may be lost, a socket for good. */
  | { readonly type: 'up' }
  /** Requests are accepted. */
  | { readonly type: 'listening' }
  /** The socket could not be listened on; `code` is the system's name for the reason, such as `EADDRINUSE`. */
  | { readonly type: 'refused'; readonly code: string }
  /** Sent on every change. A worker is not ready until it says so. */
  | { readonly type: 'health'; readonly ready: boolean; readonly reason: string }
  /** With what the worker has to tell of itself; `null` while it isn't configured. It costs no wake-up of its own. */
  | { readonly type: 'pong'; readonly pulse: Pulse | null }
  | { readonly type: 'metrics'; readonly id: number; readonly dump: MetricsDump }
  | { readonly type: 'keys'; readonly id: number; readonly census: KeyCensus }
  | { readonly type: 'wake'; readonly id: number; readonly answer: WakeAnswer }
  /** Asks every other worker of this machine. */
  | { readonly type: 'siblings'; readonly id: number; readonly question: WakeQuestion }
  /** No more connections are accepted. */
  | { readonly type: 'draining' }
  /** Drained, its last figures with it; the process ends by itself after this. */
  | { readonly type: 'drained'; readonly dump: MetricsDump }
  | { readonly type: 'engine'; readonly message: EngineRequest };
