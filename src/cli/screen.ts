import type { Output } from './io.ts';

/** Of a terminal that does not say how large it is. */
const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;

const OPEN = '\u001b[?1049h\u001b[?25l';
const CLOSE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** A whole terminal that is drawn over and over; what was on it comes back at the end. */
export class Screen {
  readonly #output: Output;
  readonly #draw = () => this.redraw();
  readonly #lines: (width: number) => readonly string[];

  /** `lines` gives what is to be seen, in lines of at most so many characters. */
  constructor(output: Output, lines: (width: number) => readonly string[]) {
    this.#output = output;
    this.#lines = lines;
    output.write(OPEN);
    output.on?.('resize', this.#draw);
  }

  /** Over what stands there, in one write: nothing flickers. What has no room is left out. */
  redraw(): void {
    const rows = this.#output.rows || USUAL_ROWS;
    const lines = this.#lines(this.#output.columns || USUAL_COLUMNS).slice(0, rows);
    this.#output.write(`${HOME}${lines.map((line) => line + CLEAR_LINE).join('\r\n')}${CLEAR_BELOW}`);
  }

  close(): void {
    this.#output.off?.('resize', this.#draw);
    this.#output.write(CLOSE);
  }
}
