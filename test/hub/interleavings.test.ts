import { describe, it } from '@jest/globals';
import { BUDGET_MS, searchInterleavings } from './interleavings.ts';

describe('no interleaving of polls, sets, subscriptions, reads and faults', () => {
  it('loses a wake-up, or hides that something was missed', () => searchInterleavings(40), BUDGET_MS + 60_000);
});
