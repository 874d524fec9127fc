/**
 * `npm run bench:smoke`: a few seconds of load on a server with the embedded engine. It prints figures for comparison
 * on one machine, and fails only when something is broken: a request without an answer, or an answer that is not 2xx.
 */
import autocannon from 'autocannon';
import { startEmbeddedServer } from './embedded-server.mjs';

const CONNECTIONS = 50;
const SECONDS = 3;
const form = { 'content-type': 'application/x-www-form-urlencoded' };

const server = await startEmbeddedServer(2);
const [reader, writer] = server.workers;
const set = { url: `${writer}/set`, method: 'POST', headers: form, body: 'key=smoke&value=hello' };
let isBroken = false;
try {
  await measure('/set', set);
  const unpark = await park(`${reader}/get?key=smoke`);
  await measure('/get of a watched key', { url: `${reader}/get?key=smoke` });
  unpark();
} finally {
  const code = await server.stop();
  if (code !== 0) {
    console.error(`the server ended with exit code ${code}`);
    isBroken = true;
  }
}
process.exitCode = isBroken ? 1 : 0;

/** Holds one poll open, so that the worker watches the key; the returned function ends it. */
async function park(url) {
  const { cursor } = await (await fetch(url)).json();
  const controller = new AbortController();
  const poll = fetch(`${url}&after=${cursor}`, { signal: controller.signal });
  // It ends by our abort; anything else is a fault.
  poll.catch((error) => {
    if (!controller.signal.aborted) throw error;
  });
  return () => controller.abort();
}

async function measure(name, request) {
  const result = await autocannon({ ...request, connections: CONNECTIONS, duration: SECONDS });
  const rate = Math.round(result.requests.average).toLocaleString('en');
  const { p50, p99, max } = result.latency;
  console.log(
    `${name}: ${rate} requests/s over ${CONNECTIONS} connections; ${p50} ms median, ${p99} ms p99, ${max} ms max`,
  );
  const faults = { 'not 2xx': result.non2xx, errors: result.errors, 'time-outs': result.timeouts };
  const found = Object.entries(faults).filter(([, count]) => count > 0);
  if (found.length === 0 && result['2xx'] > 0) return;
  console.error(`${name} is broken: ${found.map(([fault, count]) => `${count} ${fault}`).join(', ') || 'no answers'}`);
  isBroken = true;
}
