import { BlockList, isIPv6 } from 'node:net';

/** Whether only this machine itself reaches a server that is bound to this address. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  loopback.addAddress('::1', 'ipv6');
  // An IPv4 address in IPv6 clothes is checked against the IPv4 network.
  return loopback.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}
