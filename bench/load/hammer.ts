import autocannon, { type Request, type Result } from 'autocannon';
import { Invalid } from '../invalid.ts';
import type { Measurement } from '../measurement.ts';
import { dialectNamed } from './dialects/catalogue.ts';
import { BARE } from './dialects/request.ts';
import { HOT_KEY, heat, watch } from './hot-key.ts';
import { stampedValue } from './stamp.ts';
import type { Endpoint, Target } from './target.ts';
import type { HammerTask } from './task.ts';
import { Window } from './window.ts';

/** Keys that publishes are spread over. */
const KEYS = 64;

/** autocannon on every endpoint; see the task. */
export async function hammer(task: HammerTask): Promise<Measurement> {
  const { target, seconds, warmupSeconds } = task;
  await heat(target);
  const unwatch = task.request === 'watched-get' ? await watch(target) : () => {};
  const requests =
    task.request === 'set' ? publishes(target) : [{ method: 'GET' as const, path: `/get?key=${HOT_KEY}` }];
  try {
    await fire(task, requests, warmupSeconds);
    const window = new Window(target);
    window.open();
    const results = await fire(task, requests, seconds);
    window.close();
    const count = results.reduce((sum, { requests: { total } }) => sum + total, 0);
    const worst = (pick: (result: Result) => number): number => Math.max(...results.map(pick));
    const latency = { p50: worst((r) => r.latency.p50), p99: worst((r) => r.latency.p99) };
    const figures = window.figures(count);
    const { serverCores = 0, rate = 0 } = figures;
    return { figures: { ...figures, perCpuSecond: rate / serverCores, ...latency }, curve: [] };
  } finally {
    unwatch();
  }
}

async function fire(
  { target, connections }: HammerTask,
  requests: readonly Request[],
  seconds: number,
): Promise<Result[]> {
  const { endpoints } = target;
  const each = Math.ceil(connections / endpoints.length);
  const fireAt = ({ host, port }: Endpoint): Promise<Result> =>
    autocannon({ url: `http://${host}:${port}`, connections: each, duration: seconds, requests: [...requests] });
  const results = await Promise.all(endpoints.map(fireAt));
  for (const {
    non2xx,
    errors,
    timeouts,
    requests: { total },
  } of results) {
    if (non2xx + errors + timeouts > 0) throw new Invalid(`${non2xx} not 2xx, ${errors} errors, ${timeouts} time-outs`);
    if (total === 0) throw new Invalid('no answers');
  }
  return results;
}

function publishes(target: Target): Request[] {
  const dialect = dialectNamed(target.dialect, BARE);
  const value = stampedValue({ sentAt: 0, sequence: 1 });
  return Array.from({ length: KEYS }, (_, key) => requestIn(dialect.publish(`k${key}`, value)));
}

/** The text of a request, as autocannon wants it. */
function requestIn(text: string): Request {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const [first = '', ...fields] = head.split('\r\n');
  const [method, path = '/'] = first.split(' ');
  const headers = Object.fromEntries(fields.map((field) => field.split(': ', 2) as [string, string]));
  return { method: method as Request['method'] & string, path, headers, body };
}
