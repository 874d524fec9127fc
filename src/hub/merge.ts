import type { Notice } from '../engine/engine.ts';
import { type Absorbed, Copy } from './copy.ts';

/** Where a copy is kept; `null`: the key has nothing. */
export interface Holder {
  readonly name: string;
  readonly wantsHistory: boolean;
  copy: Copy | null;
}

/**
 * What a notice makes of a copy that it can't be older than, or that is older than it. Within an epoch offsets decide;
 * across epochs nothing does. Keeps `historySize` entries where
 * somebody wants more than the newest.
 */
export function merge(holder: Holder, notice: Notice, historySize: number): Absorbed {
  const { copy } = holder;
  if (notice.type === 'gone') {
    if (copy === null) return 'known';
    if (copy.epoch !== notice.epoch) return 'unclear';
    if (notice.offset >= copy.offset) holder.copy = null;
    return 'known';
  }
  if (copy !== null) return copy.absorb(notice, holder.wantsHistory ? historySize : 1);
  if (notice.value === null) return 'unclear';
  holder.copy = new Copy(holder.name, notice, [notice.value]);
  return 'taken';
}
