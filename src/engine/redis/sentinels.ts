import { CometError } from '../../errors.ts';
import type { Access, Reply } from './client.ts';
import { Connection } from './connection.ts';
import { reasonOf } from './refusals.ts';
import { type Address, describeAddress, type Target } from './target.ts';

/** A sentinel that is silent must not use up the deadline of a connection. */
const SHARE_OF_TIMEOUT = 4;

/** What one sentinel says. */
interface Opinion {
  readonly address: Address;
  /** Counts the failovers that it knows of: the highest is the newest. */
  readonly epoch: number;
}

/** Asks the sentinels where the master is now. */
export class Sentinels {
  readonly #target: Target;
  readonly #access: Access;
  readonly #timeoutMs: number;
  #turn = 0;

  /** `timeoutMs` is the deadline of the connection for which they are asked. */
  constructor(target: Target, access: Access, timeoutMs: number) {
    this.#target = target;
    this.#access = access;
    this.#timeoutMs = timeoutMs / SHARE_OF_TIMEOUT;
  }

  /** All are asked at once, and who knows of the latest failover is right: one may have slept through it. */
  async master(): Promise<Address> {
    const asked = await Promise.allSettled(this.#target.addresses.map((sentinel) => this.#ask(sentinel)));
    const opinions = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const newest = opinions.reduce<Opinion | null>(
      (best, opinion) => (best === null || opinion.epoch > best.epoch ? opinion : best),
      null,
    );
    if (newest !== null) return newest.address;
    const reasons = asked.flatMap((one) => (one.status === 'rejected' ? [reasonOf(one.reason)] : []));
    throw new CometError('ENGINE_UNAVAILABLE', {
      cause: new Error(`no sentinel tells where ${this.#target.master} is: ${[...new Set(reasons)].join('; ')}`),
    });
  }

  /** What one of them says, another one each time: cheaper, and perhaps out of date. */
  async rumour(): Promise<Address> {
    const { addresses } = this.#target;
    const sentinel = addresses[this.#turn++ % addresses.length];
    if (sentinel === undefined) throw new TypeError('a target has an address');
    return (await this.#ask(sentinel)).address;
  }

  async #ask(sentinel: Address): Promise<Opinion> {
    try {
      return await this.#askWith(sentinel, '', '');
    } catch (error) {
      if (!(error instanceof CometError) || error.code !== 'REDIS_AUTH') throw error;
      // Sentinels often have no password though their Redis has one; then it isn't told to them.
      return await this.#askWith(sentinel, this.#access.username, this.#access.password);
    }
  }

  async #askWith(sentinel: Address, username: string, password: string): Promise<Opinion> {
    const connection = new Connection({
      locate: async () => sentinel,
      access: { ...this.#access, database: 0, username, password },
      name: 'comet-asks',
      timeoutMs: this.#timeoutMs,
    });
    try {
      await connection.connect();
      const master = fields(await connection.send(['SENTINEL', 'MASTER', this.#target.master]));
      const epoch = Number(master.get('config-epoch'));
      // While the other replicas are being told of the new master, this is the new one and that above still the old one.
      const told = await connection.send(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', this.#target.master]);
      const [host, port] = Array.isArray(told) ? told.map(String) : [];
      if (!host || !port) throw new Error(`${describeAddress(sentinel)} told no address`);
      return { address: { host, port: Number(port) }, epoch };
    } finally {
      connection.close();
    }
  }
}

/** RESP3 gives a map, which comes as an object. */
function fields(reply: Reply): Map<string, string> {
  const pairs = typeof reply === 'object' && reply !== null ? Object.entries(reply) : [];
  return new Map(pairs.map(([name, value]) => [name, String(value)]));
}
