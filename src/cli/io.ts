/** What a command is given of the process around it, so that tests can look over its shoulder. */
export interface Io {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: AsyncIterable<Buffer | string>;
  readonly stdout: Output;
  readonly stderr: Output;
}

export interface Output {
  write(text: string): unknown;
  /** A terminal; absent for everything else. */
  readonly isTTY?: boolean;
  /** Size of the terminal, in characters. */
  readonly columns?: number;
  readonly rows?: number;
  /** `error`: nobody reads it any more, say. `resize`: the terminal has another size. */
  on?(event: 'error' | 'resize', listener: () => void): unknown;
  off?(event: 'error' | 'resize', listener: () => void): unknown;
}

/** What the command line ends with, `start` apart: that ends with what the primary gives. */
export const EXIT = {
  done: 0,
  /** The command was right but failed: no server, a refusal, a time-out, a reload that changed nothing. */
  failed: 1,
  /** The command line or the configuration is wrong: nothing was started, nothing was sent. */
  wrong: 2,
  /** `doctor` found something that should be mended, and nothing that fails. */
  warned: 3,
} as const;
