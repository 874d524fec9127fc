import { slotOf } from '../../src/engine/redis/slots.ts';
import { freePort } from './free-port.ts';
import { RedisServer } from './redis-server.ts';
import { until } from './until.ts';

const SLOTS = 16_384;
/** First and last slot, and address of the master. */
type SlotRange = readonly [first: number, last: number, master: readonly [host: string, port: number]];

export interface RedisClusterOptions {
  /** Three unless told. */
  readonly masters?: number;
  /** Of each master; one unless told. */
  readonly replicas?: number;
  /** Added to the configuration of each node. */
  readonly config?: Readonly<Record<string, string>>;
}

/** A Redis Cluster; the masters have the slots in equal shares. */
export class RedisCluster {
  readonly nodes: readonly RedisServer[];

  private constructor(nodes: readonly RedisServer[]) {
    this.nodes = nodes;
  }

  /** Resolves once every node knows all and serves. */
  static async start(options: RedisClusterOptions = {}): Promise<RedisCluster> {
    const { masters = 3, replicas = 1, config = {} } = options;
    const busPorts = await Promise.all(Array.from({ length: masters * (1 + replicas) }, () => freePort()));
    const nodes = await Promise.all(busPorts.map((busPort) => startNode(busPort, config)));
    const cluster = new RedisCluster(nodes);
    try {
      await cluster.#form(masters, replicas, busPorts);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  get url(): string {
    return `redis+cluster://${this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  /** The nodes that are masters of slots now. */
  async masters(): Promise<RedisServer[]> {
    const ports = new Set((await this.#slots()).map(([, , [, port]]) => port));
    return this.nodes.filter((node) => ports.has(node.port));
  }

  /** The master of this slot now. */
  async masterOf(slot: number): Promise<RedisServer> {
    const range = (await this.#slots()).find(([first, last]) => first <= slot && slot <= last);
    const master = this.nodes.find((node) => node.port === range?.[2][1]);
    if (master === undefined) throw new Error(`slot ${slot} has no master`);
    return master;
  }

  /** Runs a command on the master that has its first argument. */
  async cli(...command: string[]): Promise<unknown> {
    return (await this.masterOf(slotOf(command[1] ?? ''))).cli(...command);
  }

  async id(node: RedisServer): Promise<string> {
    return String(await node.cli('CLUSTER', 'MYID'));
  }

  /** A replica of this master that runs. */
  async replicaOf(master: RedisServer): Promise<RedisServer> {
    const id = await this.id(master);
    for (const node of this.#running) {
      const myself = String(await node.cli('CLUSTER', 'NODES'))
        .split('\n')
        .find((line) => line.includes('myself'));
      if (myself?.split(' ')[3] === id) return node;
    }
    throw new Error('it has no replica');
  }

  /** First half of moving a slot: from now on it has two nodes. `finish` ends it; `moveKeys` moves what is there now. */
  async beginMove(slot: number, to: RedisServer): Promise<{ moveKeys(): Promise<void>; finish(): Promise<void> }> {
    const from = await this.masterOf(slot);
    await to.cli('CLUSTER', 'SETSLOT', String(slot), 'IMPORTING', await this.id(from));
    await from.cli('CLUSTER', 'SETSLOT', String(slot), 'MIGRATING', await this.id(to));
    return {
      moveKeys: async () => {
        const keys = (await from.cli('CLUSTER', 'GETKEYSINSLOT', String(slot), '1000')) as string[];
        if (keys.length === 0) return;
        await from.cli('MIGRATE', '127.0.0.1', String(to.port), '', '0', '5000', 'KEYS', ...keys);
      },
      finish: async () => {
        for (const node of [to, from]) await node.cli('CLUSTER', 'SETSLOT', String(slot), 'NODE', await this.id(to));
        await until(() => this.#believes(slot, to), { message: `every node to know where slot ${slot} is now` });
      },
    };
  }

  /** Moves a slot with all that it holds. */
  async move(slot: number, to: RedisServer): Promise<void> {
    const move = await this.beginMove(slot, to);
    await move.moveKeys();
    await move.finish();
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  get #running(): RedisServer[] {
    return this.nodes.filter(({ running }) => running);
  }

  /** Makes one cluster of the nodes; resolves once every one knows all and serves. */
  async #form(masters: number, replicas: number, busPorts: readonly number[]): Promise<void> {
    const { nodes } = this;
    const [first] = nodes;
    await Promise.all(nodes.map((node, i) => node.cli('CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1))));
    for (const [i, master] of nodes.slice(0, masters).entries()) {
      const [from, to] = [i, i + 1].map((share) => Math.round((share * SLOTS) / masters)) as [number, number];
      await master.cli('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to - 1));
    }
    for (const [i, node] of nodes.entries()) {
      await first?.cli('CLUSTER', 'MEET', '127.0.0.1', String(node.port), String(busPorts[i]));
    }
    await until(() => this.#agreed(nodes.length), { message: 'the nodes to meet', timeout: 20_000, interval: 20 });
    for (const [i, replica] of nodes.slice(masters).entries()) {
      await replica.cli('CLUSTER', 'REPLICATE', await this.id(this.#node(i % masters)));
    }
    await until(() => this.#served(masters * replicas), { message: 'the replicas', timeout: 20_000, interval: 20 });
  }

  /** Whether every node that runs takes this one for the master of the slot; the others hear of a move after it. */
  async #believes(slot: number, master: RedisServer): Promise<boolean> {
    const views = await Promise.all(this.#running.map((node) => slotsOf(node)));
    return views.every((ranges) =>
      ranges.some(([first, last, [, port]]) => first <= slot && slot <= last && port === master.port),
    );
  }

  #node(index: number): RedisServer {
    const node = this.nodes[index];
    if (node === undefined) throw new Error(`there is no node ${index}`);
    return node;
  }

  async #slots(): Promise<SlotRange[]> {
    const [node] = this.#running;
    if (node === undefined) throw new Error('no node runs');
    return await slotsOf(node);
  }

  async #agreed(count: number): Promise<boolean> {
    const known = await Promise.all(this.nodes.map(async (node) => String(await node.cli('CLUSTER', 'INFO'))));
    return known.every((info) => info.includes(`cluster_known_nodes:${count}`) && info.includes('cluster_state:ok'));
  }

  async #served(replicas: number): Promise<boolean> {
    const infos = await Promise.all(this.nodes.map(async (node) => String(await node.cli('INFO', 'replication'))));
    if (infos.filter((info) => info.includes('master_link_status:up')).length !== replicas) return false;
    const slots = await Promise.all(this.nodes.map(async (node) => JSON.stringify(await node.cli('CLUSTER', 'SLOTS'))));
    return slots.every((text) => text.split('"127.0.0.1"').length === slots[0]?.split('"127.0.0.1"').length);
  }
}

/** As this node sees it. */
async function slotsOf(node: RedisServer): Promise<SlotRange[]> {
  return (await node.cli('CLUSTER', 'SLOTS')) as SlotRange[];
}

function startNode(busPort: number, config: Readonly<Record<string, string>>): Promise<RedisServer> {
  return RedisServer.start({
    config: {
      'cluster-enabled': 'yes',
      'cluster-port': String(busPort),
      'cluster-node-timeout': '2000',
      'cluster-require-full-coverage': 'no',
      'cluster-replica-validity-factor': '0',
      'repl-diskless-sync-delay': '0',
      ...config,
    },
  });
}
