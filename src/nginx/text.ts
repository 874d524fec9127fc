/** A block of directives, one level further in. Empty lines stay empty. */
export function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...lines.map((line) => (line === '' ? '' : `    ${line}`)), '}'];
}

/** Groups of lines with an empty line between any two; groups without lines are left out. */
export function paragraphs(...groups: readonly (readonly string[])[]): string[] {
  return groups.filter((group) => group.length > 0).flatMap((group, index) => (index === 0 ? group : ['', ...group]));
}

/**
 * A text as one argument of a directive. It must hold no `$`: nginx knows no escape for that and would read a variable.
 */
export function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** Seconds, decimals allowed, as nginx writes them; at least a millisecond. */
export function duration(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}s` : `${Math.max(1, Math.floor(seconds * 1000))}ms`;
}
