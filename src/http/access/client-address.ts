import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Tells whom a request comes from, behind proxies too. */
export class ClientAddress {
  readonly #trusted = new BlockList();

  /** `networks`: the proxies that are believed, as addresses or `address/bits`. */
  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const [address = '', bits] = network.split('/');
      if (bits === undefined) this.#trusted.addAddress(address, familyOf(address));
      else this.#trusted.addSubnet(address, Number(bits), familyOf(address));
    }
  }

  /** The address of the client as far as only trusted proxies vouch for it; empty when its connection is gone. */
  of(req: IncomingMessage): string {
    const peer = plain(req.socket.remoteAddress ?? '');
    if (!this.#trusts(peer)) return peer;
    const real = plain(String(req.headers['x-real-ip'] ?? ''));
    if (isIP(real) !== 0) return real;
    // Each proxy appends whom it heard: from the right, the first that is not ours is the client.
    const heard = String(req.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map(plain)
      .reverse();
    let client = peer;
    for (const address of heard) {
      if (isIP(address) === 0) break;
      client = address;
      if (!this.#trusts(address)) break;
    }
    return client;
  }

  #trusts(address: string): boolean {
    return isIP(address) !== 0 && this.#trusted.check(address, familyOf(address));
  }
}

/** An IPv4 client on an IPv6 socket is the same client. */
function plain(address: string): string {
  return address.trim().replace(/^::ffff:(?=\d+\.)/i, '');
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
