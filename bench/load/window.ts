import { cpuTime } from '../machine/cpu-clock.ts';
import type { Target } from './target.ts';

interface Reading {
  readonly servers: number;
  readonly redis: number;
  readonly load: number;
  readonly at: number;
}

/** Adds up the CPU time that the server, Redis and this load process use while it is open; times in microseconds. */
export class Window {
  readonly #target: Target;
  readonly #total = { servers: 0, redis: 0, load: 0, at: 0 };
  #opened: Reading | null = null;

  constructor(target: Target) {
    this.#target = target;
  }

  open(): void {
    this.#opened = this.#read();
  }

  close(): void {
    const closed = this.#read();
    const opened = this.#opened ?? closed;
    for (const name of ['servers', 'redis', 'load', 'at'] as const) this.#total[name] += closed[name] - opened[name];
    this.#opened = null;
  }

  /** For `count` pieces of work in the time that it was open, or in `seconds` if that says better how long they took. */
  figures(count: number, seconds: number = this.#total.at / 1e6): Record<string, number> {
    const { servers, redis, load, at } = this.#total;
    return {
      count,
      rate: count / seconds,
      cpu: (servers + redis) / count,
      serverCpu: servers / count,
      ...(this.#target.redis.length > 0 ? { redisCpu: redis / count } : {}),
      loadCpu: load / count,
      serverCores: (servers + redis) / at,
      loadCores: load / at,
    };
  }

  #read(): Reading {
    const { user, system } = process.cpuUsage();
    const { servers, redis } = this.#target;
    return { servers: cpuTime(servers), redis: cpuTime(redis), load: user + system, at: performance.now() * 1000 };
  }
}
