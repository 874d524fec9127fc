import { Load } from './load/load.ts';
import type { Measurement } from './measurement.ts';
import { FIGURES, formatted } from './report/figures.ts';
import type { LeftOut, Run, WorkResult } from './report/results.ts';
import type { Scenario, Work } from './scenarios/scenario.ts';
import type { Size } from './scenarios/size.ts';
import type { Subject, SubjectKind } from './subjects/subject.ts';

export interface RunnerOptions {
  readonly scenarios: readonly Scenario[];
  readonly size: Size;
  /** Who may take part. */
  readonly admits: (subject: SubjectKind) => boolean;
  readonly say: (line: string) => void;
}

interface Case {
  readonly scenario: string;
  readonly work: Work;
  readonly subject: SubjectKind;
  readonly runs: Run[];
}

/** Runs scenarios: in every run each subject of a work after the other, each in fresh processes. */
export class Runner {
  readonly leftOut: readonly LeftOut[];
  readonly #options: RunnerOptions;
  readonly #cases: readonly Case[];
  #load: Load | null = null;
  #isStopped = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
    const cases = options.scenarios.flatMap((scenario) =>
      scenario
        .works(options.size)
        .flatMap((work) =>
          work.subjects.filter(options.admits).map((subject) => ({ scenario: scenario.name, work, subject, runs: [] })),
        ),
    );
    const missing = new Map(cases.map(({ subject }) => [subject, subject.missing()] as const));
    this.#cases = cases.filter(({ subject }) => missing.get(subject) === null);
    this.leftOut = [...missing].flatMap(([{ name }, reason]) => (reason === null ? [] : [{ subject: name, reason }]));
  }

  /** Whether it was told to stop: what `run` gave is not all. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Resolves when all is done, or soon after `stop`; no process is left then. */
  async run(): Promise<readonly WorkResult[]> {
    const { size, say } = this.#options;
    // A scenario's runs follow each other: its subjects are then compared within minutes.
    const scenarios = [...new Set(this.#cases.map(({ scenario }) => scenario))];
    for (const scenario of scenarios) {
      const cases = this.#cases.filter((one) => one.scenario === scenario);
      for (let run = 1; run <= size.runs; run++) {
        for (const one of cases) {
          if (this.#isStopped) return this.#results();
          const found = await this.#measure(one);
          one.runs.push(found);
          say(`${scenario}, ${one.work.name}, ${one.subject.name}, run ${run} of ${size.runs}: ${inWords(found)}`);
        }
      }
    }
    return this.#results();
  }

  /** Ends what is running. */
  stop(): void {
    this.#isStopped = true;
    this.#load?.kill();
  }

  async #measure({ work, subject }: Case): Promise<Run> {
    try {
      const started = await subject.start(work.start);
      try {
        return await this.#measureStarted(started, work);
      } finally {
        await started.stop();
      }
    } catch (error) {
      return { invalid: (error as Error).message };
    }
  }

  async #measureStarted(subject: Subject, work: Work): Promise<Measurement> {
    const load = new Load();
    this.#load = load;
    if (this.#isStopped) load.kill();
    try {
      const measurement = await work.measure(subject, load);
      subject.check();
      return measurement;
    } finally {
      this.#load = null;
      await load.stop();
    }
  }

  #results(): WorkResult[] {
    const works = [...new Set(this.#cases.map(({ work }) => work))];
    return works.map((work) => {
      const cases = this.#cases.filter((one) => one.work === work);
      return {
        scenario: cases[0]?.scenario ?? '',
        work: work.name,
        ...(work.growth === undefined ? {} : { growth: work.growth }),
        subjects: cases.map(({ subject, runs }) => ({ subject: subject.name, runs })),
      };
    });
  }
}

function inWords(run: Run): string {
  if ('invalid' in run) return `INVALID: ${run.invalid}`;
  const shown = Object.entries(run.figures).filter(([name]) => FIGURES[name]?.shown);
  return shown
    .map(([name, value]) => `${FIGURES[name]?.label} ${formatted(value, FIGURES[name]?.digits ?? 2)}`)
    .join(', ');
}
