import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child.ts';
import { freePort } from './free-port.ts';
import { get } from './http-client.ts';
import { until } from './until.ts';

export interface PrometheusOptions {
  /** Text of `prometheus.yml`; relative paths in it start where `rules` is copied to. */
  readonly config: string;
  /** Directory of rules, copied beside the configuration as `rules`. */
  readonly rules: string;
}

/** One sample of an instant query. */
export interface Vector {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [at: number, value: string];
}

/** A rule as the server has it; `health` is `ok` once it was evaluated without an error. */
export interface LiveRule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

/** A real Prometheus on a free loopback port, with a directory of its own. */
export class Prometheus {
  readonly port: number;
  readonly #dir: string;
  readonly #child: Child;

  private constructor(port: number, dir: string, child: Child) {
    this.port = port;
    this.#dir = dir;
    this.#child = child;
  }

  /** Resolves once it answers. */
  static async start(options: PrometheusOptions): Promise<Prometheus> {
    const dir = await mkdtemp(join(tmpdir(), 'comet-prometheus-'));
    await cp(options.rules, join(dir, 'rules'), { recursive: true });
    await writeFile(join(dir, 'prometheus.yml'), options.config);
    const port = await freePort();
    const child = await Child.start('prometheus', [
      `--config.file=${join(dir, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ]);
    const prometheus = new Prometheus(port, dir, child);
    const up = async () => child.exit !== undefined || (await get(port, '/-/ready')).status === 200;
    await until(up, { timeout: 20_000, interval: 50, message: 'prometheus to be ready' });
    if (child.exit === undefined) return prometheus;
    await rm(dir, { recursive: true, force: true });
    throw new Error(`prometheus ended: ${child.stderr}`);
  }

  /** What an expression gives now; rejects with what is wrong with it. */
  async query(expr: string): Promise<readonly Vector[]> {
    const answer = await get(this.port, `/api/v1/query?query=${encodeURIComponent(expr)}`);
    const body = answer.json<{ status: string; error?: string; data?: { result: readonly Vector[] } }>();
    if (body.status !== 'success') throw new Error(`${expr}: ${body.error}`);
    return body.data?.result ?? [];
  }

  async rules(): Promise<readonly LiveRule[]> {
    const answer = await get(this.port, '/api/v1/rules');
    const { data } = answer.json<{ data: { groups: readonly { rules: readonly LiveRule[] }[] } }>();
    return data.groups.flatMap(({ rules }) => rules);
  }

  /** Ends it and removes its directory. Idempotent. */
  async stop(): Promise<void> {
    await this.#child.stop('SIGTERM');
    await rm(this.#dir, { recursive: true, force: true });
  }
}
