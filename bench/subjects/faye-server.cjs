/**
 * A Faye server as its documentation has it. Arguments: port, folder of the package. Prints nothing; `/stats` tells how
 * many polls are parked.
 */
const { createServer } = require('node:http');
const { join } = require('node:path');

const [, , port, folder] = process.argv;
const { NodeAdapter } = require(join(folder, 'faye'));

/** Seconds; longer than any run. */
const TIMEOUT = 300;

let requests = 0;
const server = createServer((_, res) => res.end(`requests: ${requests - 1}\n`));
server.keepAliveTimeout = 300_000;
server.requestTimeout = 0;
new NodeAdapter({ mount: '/bayeux', timeout: TIMEOUT }).attach(server);
// What is under way when nothing is published is a parked poll, but for the question how many there are.
server.prependListener('request', (_, res) => {
  requests++;
  res.once('close', () => {
    requests--;
  });
});
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
