import { createServer } from 'node:net';
import { isCometAt } from '../../comet-at.ts';
import type { Config } from '../../config/options.ts';
import type { PortFact, PortState } from '../facts.ts';

/** Whether the ports of a configuration can be bound, and who has those that cannot. */
export async function readPorts(config: Config): Promise<PortFact[]> {
  const { host, port, workers, adminHost, adminPort } = config;
  const wanted = [
    ...(port === 0
      ? []
      : Array.from({ length: workers }, (_, index) => ({ option: 'port' as const, host, port: port + index }))),
    ...(adminPort === 0 ? [] : [{ option: 'admin-port' as const, host: adminHost, port: adminPort }]),
  ];
  return await Promise.all(wanted.map(async (each) => ({ ...each, state: await stateOf(each.host, each.port) })));
}

async function stateOf(host: string, port: number): Promise<PortState> {
  const code = await bindError(host, port);
  switch (code) {
    case null:
      return 'free';
    case 'EACCES':
    case 'EPERM':
      return 'forbidden';
    case 'EADDRINUSE':
      return (await isCometAt(host, port)) ? 'comet' : 'taken';
    default:
      return 'no-address';
  }
}

function bindError(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'EUNKNOWN'));
    // Not exclusive to a moment: the port is given back at once.
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
