// The least that speaks a worker's side of the protocol. It answers a request with its pid; `/hang` stops its event
// loop, `/exit` ends it, `/wait` is answered when it drains. What else goes wrong is said by `redisPrefix` of its
// configuration, a text that nothing here needs: `<fault>`, `<fault>@<worker>` for one worker only, or
// `crash-if:<file>` for as long as the file exists.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';

let fault = '';
let mode = '';
const waiting = [];
const server = createServer((request, response) => {
  if (request.url === '/hang') for (;;);
  if (request.url === '/exit') process.exit(7);
  if (request.url === '/wait') waiting.push(response);
  else response.end(JSON.stringify({ pid: process.pid, mode }));
});
server.on('error', (error) => process.send({ type: 'refused', code: error.code }));

function configure({ config, worker }) {
  mode = config.redisPrefix;
  const [name, only] = mode.split('@');
  fault = only === undefined || Number(only) === worker ? name : '';
  if (fault === 'crash' || (fault.startsWith('crash-if:') && existsSync(fault.slice(9)))) process.exit(3);
  const ready = fault !== 'unready';
  process.send({ type: 'health', ready, reason: ready ? '' : 'told not to be' });
}

function drain() {
  if (fault === 'stuck') return;
  process.send({ type: 'draining' });
  const end = () => process.send({ type: 'drained', dump: [{ pid: process.pid }] }, () => process.exit(0));
  if (server.listening) server.close(end);
  else end();
  for (const response of waiting) response.end('drained');
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.on('disconnect', () => process.exit(1));
process.on('message', (message, handle) => {
  switch (message.type) {
    case 'configure':
      return configure(message);
    case 'listen':
      return server.listen(handle, 64, () => process.send({ type: 'listening' }));
    case 'ping':
      return process.send({ type: 'pong', pulse: null });
    case 'metrics':
      return fault === 'silent' || process.send({ type: 'metrics', id: message.id, dump: [{ pid: process.pid }] });
    case 'unready':
      return process.send({ type: 'health', ready: false, reason: 'told to be unready' });
    case 'drain':
      return drain();
  }
});
process.send({ type: 'up' });
