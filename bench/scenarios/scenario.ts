import type { Load } from '../load/load.ts';
import type { Measurement } from '../measurement.ts';
import type { StartOptions, Subject, SubjectKind } from '../subjects/subject.ts';
import type { Size } from './size.ts';

export interface Scenario {
  readonly name: string;
  /** A sentence or two for the report. */
  readonly about: string;
  works(size: Size): readonly Work[];
}

/** Something to do, and who shall do it; all subjects of a work take turns in each run. */
export interface Work {
  /** Unique in its scenario. */
  readonly name: string;
  readonly subjects: readonly SubjectKind[];
  readonly start: StartOptions;
  /** Waiters, where the work is one of several that differ in their number: it becomes a point of the growth plot. */
  readonly growth?: { readonly line: string; readonly waiters: number };
  /** On a subject in fresh processes and a fresh load process. Throws `Invalid` if the server breaks. */
  measure(subject: Subject, load: Load): Promise<Measurement>;
}
