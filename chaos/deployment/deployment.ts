import { runComet } from '../../test/support/comet.ts';
import { freePort } from '../../test/support/free-port.ts';
import { Nginx } from '../../test/support/nginx.ts';
import { ClusterStore } from './cluster-store.ts';
import { Machine } from './machine.ts';
import { SentinelStore } from './sentinel-store.ts';
import { SingleStore } from './single-store.ts';
import type { Store, Topology } from './store.ts';

const HOSTS = ['127.0.0.1', '127.0.0.2'];
const WORKERS = 2;

/** Where a request can go. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Two machines with two workers each, their Redis, and an nginx before them on the configuration as it is printed. */
export class Deployment {
  readonly store: Store;
  readonly machines: readonly Machine[];
  readonly nginx: Nginx;

  private constructor(store: Store, machines: readonly Machine[], nginx: Nginx) {
    this.store = store;
    this.machines = machines;
    this.nginx = nginx;
  }

  /** Resolves once all of it can deliver. */
  static async start(topology: Topology): Promise<Deployment> {
    const store = await openStore(topology);
    const machines: Machine[] = [];
    try {
      const port = await freePort(WORKERS + 1);
      for (const [number, host] of HOSTS.entries()) {
        const machine = new Machine({ host, port, workers: WORKERS, redisUrl: store.url(number) });
        machines.push(machine);
        await machine.launch();
      }
      await Promise.all(machines.map((machine) => machine.ready()));
      return new Deployment(store, machines, await startNginx(machines));
    } catch (error) {
      await Promise.allSettled(machines.map((machine) => machine.stop()));
      await store.stop();
      throw error;
    }
  }

  /** Every worker. */
  get workers(): Address[] {
    return this.machines.flatMap(({ host, ports }) => ports.map((port) => ({ host, port })));
  }

  /** All workers, through nginx. */
  get front(): Address {
    return { host: '127.0.0.1', port: this.nginx.port };
  }

  get single(): SingleStore {
    if (this.store instanceof SingleStore) return this.store;
    throw new Error('this fault is one of a single Redis');
  }

  get sentinel(): SentinelStore {
    if (this.store instanceof SentinelStore) return this.store;
    throw new Error('this fault is one of a Redis behind sentinels');
  }

  get cluster(): ClusterStore {
    if (this.store instanceof ClusterStore) return this.store;
    throw new Error('this fault is one of a Redis Cluster');
  }

  /** Resolves once all is as after the start. */
  async settled(): Promise<void> {
    await this.store.settled();
    await Promise.all(this.machines.map((machine) => machine.ready()));
  }

  /** Ends all of it; a machine that does not end by itself in time is killed. */
  async stop(): Promise<void> {
    await this.nginx.stop();
    await Promise.allSettled(this.machines.map((machine) => machine.stop()));
    await this.store.stop();
  }
}

function openStore(topology: Topology): Promise<Store> {
  switch (topology) {
    case 'single':
      return SingleStore.start();
    case 'sentinel':
      return SentinelStore.start();
    case 'cluster':
      return ClusterStore.start();
  }
}

async function startNginx(machines: readonly Machine[]): Promise<Nginx> {
  const port = await freePort();
  const { stdout, stderr } = await runComet([
    ...['nginx', '--full', '--listen', `127.0.0.1:${port}`, '--log-dir', 'logs'],
    ...machines.flatMap(({ host }) => ['--machine', host]),
    ...(machines[0]?.nginxArgs ?? []),
  ]);
  if (stdout === '') throw new Error(`comet nginx: ${stderr}`);
  return Nginx.start(stdout, { port });
}
