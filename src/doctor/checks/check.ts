import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';

/** Judges one thing; pure. Says nothing at all where it doesn't apply or where nobody can know. */
export type Check = (facts: Facts) => readonly Finding[];
