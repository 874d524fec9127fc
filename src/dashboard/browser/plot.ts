import uPlot from '/assets/uplot.js';
import { element, setText } from './element.ts';
import { type History, lonely, type Measure, type Row } from './history.ts';
import { timeOfDay } from './numbers.ts';

export interface Line {
  readonly label: string;
  readonly measure: Measure;
  readonly format: (value: number) => string;
}

export interface PlotOptions {
  readonly title: string;
  /** One or two, the larger one last: it is filled, so that more than colours tells them apart. */
  readonly lines: readonly Line[];
  /** Of the axis. */
  readonly format: (value: number) => string;
}

const HEIGHT = 132;

/** A plot with the numbers of its lines above it: the newest, or those under the pointer. */
export class Plot {
  readonly figure: HTMLElement;
  readonly #options: PlotOptions;
  readonly #values: readonly HTMLElement[];
  readonly #moment = element('time', { class: 'moment' });
  readonly #canvas = element('div', { class: 'canvas', role: 'img' });
  #chart: uPlot | null = null;
  #data: [number[], ...Row[]] = [[]];

  constructor(options: PlotOptions) {
    this.#options = options;
    this.#values = options.lines.map(() => element('b', { class: 'value' }, '–'));
    const legend = options.lines.map((line, index) =>
      element('div', { class: `line line-${index + 1}` }, this.#values[index] ?? '', element('span', {}, line.label)),
    );
    const head = element('figcaption', {}, element('h2', {}, options.title), this.#moment);
    this.figure = element(
      'figure',
      { class: 'card plot' },
      head,
      element('div', { class: 'legend' }, ...legend),
      this.#canvas,
    );
    this.#canvas.setAttribute('aria-label', `${options.title}, the last minutes`);
    new ResizeObserver(() => this.#chart?.setSize(this.#size())).observe(this.#canvas);
  }

  /** Draws the last `seconds`. */
  draw(history: History, seconds: number): void {
    this.#data = history.rows(
      this.#options.lines.map(({ measure }) => measure),
      seconds,
    );
    this.#chart ??= this.#create();
    const end = this.#data[0].at(-1) ?? 0;
    this.#chart.batch(() => {
      this.#chart?.setData(this.#data, false);
      this.#chart?.setScale('x', { min: end - seconds, max: end });
      this.#chart?.setScale('y', { min: 0, max: this.#top() });
    });
    this.#read();
  }

  /** The colours have changed. */
  recolour(): void {
    this.#chart?.destroy();
    this.#chart = null;
  }

  /** Something above the highest value, so that an idle server shows a flat line at the bottom. */
  #top(): number {
    const highest = this.#data
      .slice(1)
      .reduce((most, row) => row.reduce<number>((high, value) => Math.max(high, value ?? 0), most), 0);
    return Math.max(1, highest * 1.15);
  }

  #read(): void {
    const hovered = this.#chart?.cursor.idx ?? null;
    const index = hovered ?? this.#data[0].length - 1;
    for (const [line, { format }] of this.#options.lines.entries()) {
      const value = this.#data[line + 1]?.[index] ?? null;
      const shown = this.#values[line];
      if (shown !== undefined) setText(shown, value === null ? '–' : format(value));
    }
    const time = this.#data[0][index];
    setText(this.#moment, hovered === null || time === undefined ? '' : timeOfDay(time * 1000));
  }

  #size(): { width: number; height: number } {
    return { width: Math.max(120, this.#canvas.clientWidth), height: HEIGHT };
  }

  #create(): uPlot {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: colour('--faint'),
      font: '11px system-ui, sans-serif',
      grid: { stroke: colour('--grid'), width: 1 },
      ticks: { show: false },
    };
    const { lines, format } = this.#options;
    return new uPlot(
      {
        ...this.#size(),
        padding: [8, 6, 0, 0],
        legend: { show: false },
        cursor: { sync: { key: 'comet' }, y: false, drag: { x: false, y: false }, points: { size: 6 } },
        scales: { x: { time: true, auto: false }, y: { auto: false } },
        axes: [
          {
            ...axis,
            // Pixels that a label takes: with seconds where the plot is of few minutes.
            space: (_, __, from, to) => (to - from > 150 ? 44 : 64),
            size: 24,
            values: (_, times, __, ___, step) =>
              times.map((time) => timeOfDay(time * 1000).slice(0, step < 60 ? 8 : 5)),
          },
          { ...axis, space: 28, size: 46, values: (_, values) => values.map(format) },
        ],
        series: [
          {},
          ...lines.map((_, index) => ({
            stroke: colour(`--line-${index + 1}`),
            width: 1.5,
            points: { show: false, size: 3, filter: () => lonely(this.#data[index + 1] ?? []) },
            ...(index === lines.length - 1 ? { fill: colour(`--fill-${index + 1}`) } : {}),
          })),
        ],
        hooks: { setCursor: [() => this.#read()] },
      },
      this.#data,
      this.#canvas,
    );
  }
}
