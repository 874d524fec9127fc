import type { WorkerProcess } from '../cluster/worker-process.ts';
import type { WorkerState } from '../cluster/worker-state.ts';
import type { JournalEntry } from './wire.ts';

/** What is written down about a worker. */
export type Note = Pick<JournalEntry, 'incident' | 'text'>;

/** Follows a process from its fork to its end. `tell` hears of each change that people care about, in their order. */
export async function watchWorker(worker: WorkerProcess, tell: (note: Note) => void): Promise<void> {
  let known = worker.state;
  let served = false;
  while (known.phase !== 'ended') {
    const before = known;
    await worker.until((state) => state !== before);
    known = worker.state;
    const note = noteOf(before, known, served, worker.pid);
    if (note !== null) tell(note);
    served ||= known.phase === 'listening';
  }
}

function noteOf(before: WorkerState, now: WorkerState, served: boolean, pid: number | undefined): Note | null {
  const name = `process ${pid ?? 'that never ran'}`;
  if (now.phase === 'ended') {
    const asked = before.phase === 'draining' && now.lastDump !== undefined;
    return asked
      ? { incident: 'drained', text: `${name} answered everybody and ended` }
      : { incident: 'died', text: `${name} ended with ${now.detail}` };
  }
  if (now.phase === 'draining') {
    return before.phase === 'draining' ? null : { incident: 'draining', text: `${name} answers its waiters and ends` };
  }
  if (now.phase === 'listening' && before.phase !== 'listening') {
    const but = now.health.ready ? '' : `, but is not ready: ${now.health.reason}`;
    return { incident: 'started', text: `${name} serves its port${but}` };
  }
  // Whether it is ready, not each reason why it isn't: the table of workers has the newest.
  if (!served || now.health.ready === before.health.ready) return null;
  return now.health.ready
    ? { incident: 'ready', text: 'it can deliver again' }
    : { incident: 'unready', text: now.health.reason };
}
