/** Numbers as people read them. */

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const TIME = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const BYTES_PER_MIB = 1024 * 1024;

/** What stands where nothing was measured. */
export const NOTHING = '–';

export function count(value: number): string {
  return WHOLE.format(value);
}

/** So many of something: `1 worker`, `2 workers`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A rate or another number that is often small: three digits that matter. */
export function decimal(value: number): string {
  if (value >= 100) return WHOLE.format(value);
  if (value >= 10) return value.toFixed(1).replace('.0', '');
  return value === 0 ? '0' : value < 0.01 ? '<0.01' : value.toFixed(2).replace(/\.?0+$/, '');
}

/** A time in milliseconds, with its unit. */
export function milliseconds(value: number | null): string {
  if (value === null) return NOTHING;
  return value >= 1000 ? `${decimal(value / 1000)} s` : `${decimal(value)} ms`;
}

export function memory(bytes: number): string {
  return bytes === 0 ? NOTHING : `${count(bytes / BYTES_PER_MIB)} MiB`;
}

export function percent(share: number): string {
  return `${count(share * 100)} %`;
}

/** How long something has lasted, in the largest unit that says enough. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${count(Math.floor(seconds))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** A time of day where the browser is; `at` in milliseconds since 1970. */
export function timeOfDay(at: number): string {
  return TIME.format(at);
}
