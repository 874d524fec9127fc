import { createServer, type RequestListener, type Server } from 'node:http';

/** A thousand clients may come at once, while this process does something else. */
const BACKLOG = 4096;

/** An HTTP server on this port where a comet worker would be; the test says what it answers. */
export function startTinyWorker(port: number, listener: RequestListener, host = '127.0.0.1'): Promise<Server> {
  const server = createServer(listener);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, () => resolve(server));
  });
}

/** Ends it with every connection that it holds. */
export function stopTinyWorker(server: Server | undefined): Promise<void> {
  if (server === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
