import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Invalid } from '../invalid.ts';
import type { Target } from '../load/target.ts';
import { Child, type ChildOptions } from '../machine/child.ts';
import { isAlive } from '../machine/processes.ts';
import type { Subject } from './subject.ts';

/** The processes of a subject and a folder for their files, all removed together. */
export class Parts {
  readonly folder = mkdtempSync(join(tmpdir(), 'comet-bench-'));
  /** The last one first: what was started last may need what was started before. */
  readonly #children: { readonly child: Child; readonly end: string }[] = [];

  /** `end` is how it ends on SIGTERM when all is well. */
  start(options: ChildOptions, end: string): Child {
    const child = new Child(options);
    this.#children.unshift({ child, end });
    return child;
  }

  /** The end of what each of them printed. */
  get output(): string {
    return this.#children.map(({ child }) => child.output).join('\n');
  }

  /** Resolves with what didn't end as it should, in words. */
  async stop(): Promise<string[]> {
    const odd: string[] = [];
    for (const { child, end } of this.#children) {
      const found = await child.stop();
      if (found !== end) odd.push(`ended with ${found} and not ${end}: ${child.output}`);
    }
    rmSync(this.folder, { recursive: true, force: true });
    return odd;
  }
}

/** A subject that consists of child processes. */
export class Running implements Subject {
  readonly target: Target;
  readonly #parts: Parts;

  /** `start` starts the processes and resolves when they serve; if it fails, none of them is left. */
  static async start(start: (parts: Parts) => Promise<Target>): Promise<Running> {
    const parts = new Parts();
    try {
      return new Running(await start(parts), parts);
    } catch (error) {
      await parts.stop();
      throw error;
    }
  }

  private constructor(target: Target, parts: Parts) {
    this.target = target;
    this.#parts = parts;
  }

  check(): void {
    const dead = [...this.target.servers, ...this.target.redis].filter((pid) => !isAlive(pid));
    if (dead.length > 0) throw new Invalid(`${dead.length} processes of the server died: ${this.#parts.output}`);
  }

  async stop(): Promise<void> {
    const odd = await this.#parts.stop();
    if (odd.length > 0) throw new Invalid(odd.join('; '));
  }
}
