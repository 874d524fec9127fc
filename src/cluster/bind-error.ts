/** A socket that could not be had. The message names the port, the reason and what to do: an operator reads it. */
export class BindError extends Error {
  /** The system's name for the reason, such as `EADDRINUSE`. */
  readonly code: string;

  constructor(host: string, port: number, code: string) {
    super(`cannot listen on ${host.includes(':') ? `[${host}]` : host}:${port}: ${explain(code)} (${code})`);
    this.name = 'BindError';
    this.code = code;
  }
}

function explain(code: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'the port is taken by another process; choose another port';
    case 'EACCES':
      return 'not permitted; ports below 1024 need the capability CAP_NET_BIND_SERVICE';
    case 'EADDRNOTAVAIL':
      return 'this machine does not have the address; choose another host';
    default:
      return 'the system refused';
  }
}
