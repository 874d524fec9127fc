/**
 * A bound TCP socket that nobody accepts on yet. node:net has no public way to bind without listening, so this wraps
 * the function that node:cluster itself calls; `docs/decisions/socket-ownership.md` says what was tried instead.
 */
import net from 'node:net';
import { getSystemErrorName } from 'node:util';
import { BindError } from './bind-error.ts';

/** May be passed to `child.send(message, handle)`, and in the child to `server.listen(handle, backlog)`. */
export interface ListenHandle {
  /** Fills in `port`; returns 0, or a negative error number. */
  getsockname(out: { port?: number }): number;
  close(): void;
}

/** Returns the handle, or a negative error number. */
type CreateServerHandle = (address: string, port: number, family: 4 | 6) => ListenHandle | number;

/** Binds an IP address; port 0 takes any free one. Throws `BindError`. */
export function bindHandle(address: string, port: number): { readonly handle: ListenHandle; readonly port: number } {
  const create = (net as unknown as { readonly _createServerHandle: CreateServerHandle })._createServerHandle;
  const handle = create(address, port, net.isIPv6(address) ? 6 : 4);
  if (typeof handle === 'number') throw new BindError(address, port, getSystemErrorName(handle));
  const name: { port?: number } = {};
  // libuv keeps EADDRINUSE back until the socket is first used; asking for its name brings it out.
  const failure = handle.getsockname(name);
  if (failure !== 0 || name.port === undefined) {
    handle.close();
    throw new BindError(address, port, failure === 0 ? 'EINVAL' : getSystemErrorName(failure));
  }
  return { handle, port: name.port };
}
