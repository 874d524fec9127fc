import { type Finding, SEVERITIES, type Severity, worstOf } from './finding.ts';

/** For people: a line for what is fine, a paragraph for what is not. */
export function reportText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, severity, what, why, mend }) => [
    `${severity.padEnd(4)}  ${check.padEnd(width)}  ${what}`,
    ...(severity === 'ok' ? [] : [`${' '.repeat(6)}why:  ${why}`, `${' '.repeat(6)}mend: ${mend}`]),
  ]);
  const counts = countsOf(findings);
  const sum = `${counts.fail} failing, ${counts.warn} to mend before production, ${counts.info} to know, ${counts.ok} fine`;
  return `${[...lines, '', sum].join('\n')}\n`;
}

/** For programs: `{"worst","counts","findings":[{"check","severity","what","why","mend"}]}`. */
export function reportJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ worst: worstOf(findings), counts: countsOf(findings), findings }, null, 2)}\n`;
}

function countsOf(findings: readonly Finding[]): Record<Severity, number> {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return Object.fromEntries(SEVERITIES.map((severity) => [severity, count(severity)])) as Record<Severity, number>;
}
