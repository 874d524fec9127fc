import type { Measurement } from '../measurement.ts';
import type { Task } from './task.ts';

export interface TaskMessage {
  readonly type: 'task';
  readonly task: Task;
}

/** From the load process, once a task. */
export type ReportMessage =
  | { readonly type: 'done'; readonly measurement: Measurement }
  /** The server broke: not an error of the benchmark. */
  | { readonly type: 'invalid'; readonly reason: string }
  | { readonly type: 'error'; readonly stack: string };
