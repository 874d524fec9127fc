import type { Opening, ServerFacts, Tick } from '../dashboard/wire.ts';
import type { Io } from './io.ts';
import { machineView } from './machine-view.ts';
import { Screen } from './screen.ts';

/** Lines that go into a pipe are as long as they are. */
const NO_WIDTH = Number.POSITIVE_INFINITY;

/** What is known of the machine, on a screen, or line by line where there is none. */
export class ShownMachine {
  readonly #io: Io;
  readonly #json: boolean;
  readonly #screen: Screen | null;
  readonly #failure = new AbortController();
  readonly #once: boolean;
  #server: ServerFacts | null = null;
  #tick: Tick | null = null;
  #trouble = '';

  constructor(io: Io, json: boolean, once: boolean) {
    this.#io = io;
    this.#json = json;
    this.#once = once;
    const isScreen = io.stdout.isTTY === true && !json && !once;
    this.#screen = isScreen ? new Screen(io.stdout, (width) => this.#lines(width)) : null;
    this.#screen?.redraw();
  }

  get hasTick(): boolean {
    return this.#tick !== null;
  }

  /** Aborted by the first trouble. */
  get failed(): AbortSignal {
    return this.#failure.signal;
  }

  open({ server, tick }: Opening): void {
    this.#server = server;
    if (tick !== null) this.tick(tick);
  }

  tick(tick: Tick): void {
    this.#tick = tick;
    this.#trouble = '';
    if (this.#screen !== null) this.#screen.redraw();
    else if (this.#json) this.#io.stdout.write(`${JSON.stringify(tick)}\n`);
    else this.#io.stdout.write(`${this.#lines(NO_WIDTH).join('\n')}\n${this.#once ? '' : '\n'}`);
  }

  trouble(message: string): void {
    this.#trouble = message;
    if (this.#screen !== null) this.#screen.redraw();
    else this.#io.stderr.write(`comet: ${message}\n`);
    this.#failure.abort();
  }

  close(): void {
    this.#screen?.close();
    // The screen is gone, and with it what stood there.
    if (this.#screen !== null && this.#trouble !== '') this.#io.stderr.write(`comet: ${this.#trouble}\n`);
  }

  #lines(width: number): readonly string[] {
    const isColoured = this.#io.stdout.isTTY === true && !this.#io.env.NO_COLOR;
    const trouble = this.#trouble === '' ? [] : [`${this.#trouble}: these are the last figures`.slice(0, width), ''];
    if (this.#server === null || this.#tick === null) return this.#trouble === '' ? ['comet top'] : [this.#trouble];
    return [...trouble, ...machineView(this.#server, this.#tick, width, isColoured)];
  }
}
