/**
 * A node:http server that answers every request with a constant: what any server on node:http pays at least. Its bytes
 * are about those of a `/get` on a key with a value of 100 bytes. Argument: port.
 */
import { createServer } from 'node:http';

const BODY = JSON.stringify({ error_code: 0, key: 'hot', value: 'x'.repeat(100), cursor: '1-0123456789abcdef' });
const HEAD = [
  'Content-Type',
  'application/json; charset=utf-8',
  'Content-Length',
  String(Buffer.byteLength(BODY)),
  'Cache-Control',
  'no-store',
  'X-Content-Type-Options',
  'nosniff',
];

const server = createServer((_, res) => {
  res.sendDate = false;
  res.writeHead(200, HEAD);
  res.end(BODY);
});
server.keepAliveTimeout = 75_000;
server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
