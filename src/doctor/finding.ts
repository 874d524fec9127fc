/** From what is fine to what stops the service; the order is that of the badness. */
export const SEVERITIES = ['ok', 'info', 'warn', 'fail'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What one check has to say. Holds no secret. */
export interface Finding {
  /** Stable name of the check, for programs. */
  readonly check: string;
  /** `info` is worth knowing and may stay; `warn` will bite one day; `fail` bites now. */
  readonly severity: Severity;
  /** What is the case. */
  readonly what: string;
  /** What comes of it; empty when all is well. */
  readonly why: string;
  /** What to do; empty when all is well. */
  readonly mend: string;
}

/** What is wrong, with its consequence and its cure. */
export interface Trouble {
  readonly what: string;
  readonly why: string;
  readonly mend: string;
}

export function fine(check: string, what: string): Finding {
  return { check, severity: 'ok', what, why: '', mend: '' };
}

export function trouble(severity: Exclude<Severity, 'ok'>, check: string, { what, why, mend }: Trouble): Finding {
  return { check, severity, what, why, mend };
}

/** The worst severity among them; `ok` of none. */
export function worstOf(findings: readonly Finding[]): Severity {
  const worst = Math.max(0, ...findings.map(({ severity }) => SEVERITIES.indexOf(severity)));
  return SEVERITIES[worst] ?? 'ok';
}
