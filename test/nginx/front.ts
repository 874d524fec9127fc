import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../src/config/options.ts';
import type { NginxOptions } from '../../src/nginx/options.ts';
import { renderNginx } from '../../src/nginx/render.ts';
import { freePort } from '../support/free-port.ts';
import { Nginx } from '../support/nginx.ts';
import { configOf, optionsOf } from './config.ts';

/** A real nginx that runs what the generator wrote, in front of ports on which a test puts what it likes. */
export class Front {
  readonly nginx: Nginx;
  /** First of the worker ports. */
  readonly workerPort: number;

  private constructor(nginx: Nginx, workerPort: number) {
    this.nginx = nginx;
    this.workerPort = workerPort;
  }

  /** `edit` changes the written text, for what cannot be reached on one machine. */
  static async start(
    config: Partial<Config> = {},
    options: Partial<NginxOptions> = {},
    edit: (text: string) => string = (text) => text,
  ): Promise<Front> {
    const first = await freePort(3);
    const text = renderNginx(
      configOf({ port: first, ...config }),
      optionsOf({ listen: `127.0.0.1:${first + 2}`, logDirectory: 'logs', ...options }),
    );
    return new Front(await Nginx.start(edit(text), { port: first + 2 }), first);
  }

  get port(): number {
    return this.nginx.port;
  }

  /** What nginx has logged, in every file; the access log is written once a second. */
  async logs(): Promise<string> {
    const name = `comet_${this.workerPort}`;
    const files = ['access', 'error'].map((kind) => join(this.nginx.dir, 'logs', `${name}.${kind}.log`));
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    return texts.join('') + this.nginx.stderr;
  }

  stop(): Promise<void> {
    return this.nginx.stop();
  }
}
