import type { ListenHandle } from './listen-handle.ts';
import type { PrimaryMessage, WorkerMessage } from './messages.ts';

/** A worker's end of the channel to the primary. */
export class PrimaryLink {
  /**
   * Begins to listen to the primary and says `up`. When the primary is gone, however it went, this process ends: nobody
   * would own its socket or count what it does.
   */
  open(receive: (message: PrimaryMessage, handle: ListenHandle | undefined) => void): void {
    // The other end is a process of the same build: what comes over the channel has the type.
    process.on('message', (message, handle) => receive(message as PrimaryMessage, handle as ListenHandle | undefined));
    process.once('disconnect', () => process.exit(1));
    this.send({ type: 'up' });
  }

  /** False if the channel is closed and the message was not sent. The channel keeps order. */
  send(message: WorkerMessage): boolean {
    if (!process.connected) return false;
    // What fails to be written fails because the primary is gone, and `disconnect` ends this process.
    process.send?.(message, undefined, undefined, () => {});
    return true;
  }

  /** Sends the last message and ends the process once it was written. */
  end(message: WorkerMessage): void {
    if (process.send === undefined || !process.connected) process.exit(1);
    process.send(message, undefined, undefined, (error) => process.exit(error === null ? 0 : 1));
  }
}
