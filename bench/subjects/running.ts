import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Invalid } from '../invalid.ts';
import type { Target } from '../load/target.ts';
import type { Child } from '../machine/child.ts';
import { isAlive } from '../machine/processes.ts';
import type { Subject } from './subject.ts';

export interface RunningOptions {
  readonly target: Target;
  /** In the order in which they are stopped, each with how it ends when all is well. */
  readonly children: readonly { readonly child: Child; readonly end: string }[];
  readonly folder: string;
}

/** A folder of its own for the files of a server. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'comet-bench-'));
}

/** A subject that consists of child processes and a folder. */
export class Running implements Subject {
  readonly target: Target;
  readonly #options: RunningOptions;

  constructor(options: RunningOptions) {
    this.target = options.target;
    this.#options = options;
  }

  check(): void {
    const dead = [...this.target.servers, ...this.target.redis].filter((pid) => !isAlive(pid));
    if (dead.length > 0) throw new Invalid(`${dead.length} processes of the server died: ${this.#output()}`);
  }

  async stop(): Promise<void> {
    const odd: string[] = [];
    for (const { child, end } of this.#options.children) {
      const found = await child.stop();
      if (found !== end) odd.push(`ended with ${found} and not ${end}: ${child.output}`);
    }
    rmSync(this.#options.folder, { recursive: true, force: true });
    if (odd.length > 0) throw new Invalid(odd.join('; '));
  }

  #output(): string {
    return this.#options.children.map(({ child }) => child.output).join('\n');
  }
}
