/** Numbers for people, as short as they can be read at a glance. */

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `12,345`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A rate a second: `0.4/s`, `12,345/s`. */
export function perSecond(value: number): string {
  return `${value > 0 && value < 10 ? value.toFixed(1) : whole(value)}/s`;
}

/** Milliseconds; a dash where there was nothing to measure. */
export function milliseconds(value: number | null): string {
  if (value === null) return '-';
  return value < 10 ? `${value.toFixed(1)} ms` : value < 10_000 ? `${whole(value)} ms` : `${whole(value / 1000)} s`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function bytes(value: number): string {
  const power = Math.min(BINARY.length - 1, Math.floor(Math.log2(Math.max(1, value)) / 10));
  return `${whole(value / 1024 ** power)} ${BINARY[power]}`;
}

/** A length of time in its two largest units: `3d 4h`, `2m 5s`. */
export function duration(seconds: number): string {
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [Math.floor(seconds) % 60, 's'],
  ];
  const first = Math.min(
    parts.length - 1,
    parts.findIndex(([count], index) => count > 0 || index === parts.length - 1),
  );
  return parts
    .slice(first, first + 2)
    .map(([count, unit]) => `${count}${unit}`)
    .join(' ');
}
