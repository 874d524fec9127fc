/** A line chart as SVG; both axes show what their ticks say, and lines are named at their right end. */
export interface Chart {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
}

export interface Axis {
  readonly label: string;
  readonly ticks: readonly Tick[];
  /** Where a value stands between 0 and 1. */
  place(value: number): number;
}

export interface Tick {
  readonly value: number;
  readonly label: string;
}

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

const WIDTH = 760;
const HEIGHT = 400;
const LEFT = 70;
const RIGHT = 140;
const TOP = 44;
const BOTTOM = 56;
/** Least distance of two names, in pixels. */
const NAME_HEIGHT = 16;
const COLOURS = ['#c2255c', '#1971c2', '#2f9e44', '#e8590c', '#6741d9', '#495057'];
const GREY = '#868e96';

export function draw({ title, x, y, lines }: Chart): string {
  const across = (value: number): number => round(LEFT + x.place(value) * (WIDTH - LEFT - RIGHT));
  const up = (value: number): number => round(HEIGHT - BOTTOM - y.place(value) * (HEIGHT - TOP - BOTTOM));
  const right = WIDTH - RIGHT;
  const bottom = HEIGHT - BOTTOM;
  const grid = [
    ...y.ticks.map(({ value, label }) => {
      const at = up(value);
      return `<path d="M${LEFT} ${at}H${right}" stroke="#dee2e6"/>${text(LEFT - 8, at + 4, label, 'end')}`;
    }),
    ...x.ticks.map(({ value, label }) => text(across(value), bottom + 18, label, 'middle')),
  ];
  const names = spreadOut(lines.map(({ points }) => up(points.at(-1)?.[1] ?? 0)));
  const drawn = lines.map(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? GREY;
    const path = points.map(([px, py]) => `${across(px)},${up(py)}`).join(' ');
    const dots = points.map(([px, py]) => `<circle cx="${across(px)}" cy="${up(py)}" r="2.5" fill="${colour}"/>`);
    const line = `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`;
    return `${line}${dots.join('')}${text(right + 8, (names[index] ?? 0) + 4, name, 'start', colour)}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="22" font-size="15" fill="#212529">${escaped(title)}</text>`,
    ...grid,
    `<path d="M${LEFT} ${bottom}H${right}" stroke="${GREY}"/>`,
    text((LEFT + right) / 2, HEIGHT - 12, x.label, 'middle'),
    `<g transform="rotate(-90 16 ${(TOP + bottom) / 2})">${text(16, (TOP + bottom) / 2, y.label, 'middle')}</g>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

/** Moves names apart that would overlap. */
function spreadOut(heights: readonly number[]): number[] {
  const placed = [...heights];
  const order = heights.map((_, index) => index).sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0));
  let last = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    last = Math.max(heights[index] ?? 0, last + NAME_HEIGHT);
    placed[index] = last;
  }
  return placed;
}

function text(x: number, y: number, content: string, anchor: string, colour = '#495057'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${colour}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
