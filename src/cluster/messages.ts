/**
 * What the primary and a worker say to each other over the child process channel. Both sides switch on `type`
 * exhaustively. In redis mode nothing here grows with traffic; in embedded mode the `engine-*` messages carry it.
 */
import type { Config } from '../config/options.ts';
import type { EngineRequest, StoreMessage } from '../engine/embedded/messages.ts';
import type { MetricsDump } from '../metrics/dump.ts';

export type PrimaryMessage =
  /** First message: everything the worker needs to build itself. Secrets travel here, not in argv or environment. */
  | { readonly type: 'configure'; readonly config: Config; readonly index: number }
  /** Carries the listening handle. */
  | { readonly type: 'listen' }
  /** Answered with `pong`: the event loop turns. */
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'metrics'; readonly id: number }
  /** `/readyz` says 503 from now on; traffic goes on. */
  | { readonly type: 'unready' }
  /** Stop accepting, answer the waiters, end. */
  | { readonly type: 'drain' }
  | { readonly type: 'engine'; readonly message: StoreMessage };

export type WorkerMessage =
  /** The process runs and listens for messages. */
  | { readonly type: 'up' }
  /** The handle was taken; requests are answered. */
  | { readonly type: 'listening' }
  /** Sent on every change. */
  | { readonly type: 'health'; readonly ready: boolean; readonly reason: string }
  | { readonly type: 'pong'; readonly id: number }
  | { readonly type: 'metrics'; readonly id: number; readonly dump: MetricsDump }
  /** Drained, its last figures with it; the process ends by itself after this. */
  | { readonly type: 'drained'; readonly dump: MetricsDump }
  | { readonly type: 'engine'; readonly message: EngineRequest };
