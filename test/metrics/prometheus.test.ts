import { describe, expect, it } from '@jest/globals';
import { AggregatorRegistry } from 'prom-client';
import { WORKER_METRICS } from '../../src/metrics/catalogue.ts';
import { Meters } from '../../src/metrics/meters.ts';
import { createRegistry, read } from '../../src/metrics/prometheus.ts';
import { seriesOf, typesOf } from './exposition.ts';

/** The exposition of one worker's own metrics. */
function expose(meters: Meters, worker = '0'): Promise<string> {
  return AggregatorRegistry.aggregate([WORKER_METRICS.map((metric) => read(metric, meters, worker))]).metrics();
}

async function seriesIn(meters: Meters): Promise<Map<string, number>> {
  return seriesOf(await expose(meters));
}

/** What differs between a worker that has counted nothing and this one. */
async function changes(change: (meters: Meters) => void): Promise<Record<string, number>> {
  const meters = new Meters();
  const before = await seriesIn(meters);
  change(meters);
  return Object.fromEntries([...(await seriesIn(meters))].filter(([name, value]) => before.get(name) !== value));
}

describe('the metrics of a worker', () => {
  it('are all there from the start, at zero', async () => {
    const exposition = await expose(new Meters());
    const series = seriesOf(exposition);
    expect([...new Set(series.values())]).toEqual([0]);
    expect([...typesOf(exposition).keys()]).toEqual(WORKER_METRICS.map(({ name }) => name));
    for (const { name, type, labels } of WORKER_METRICS) {
      const closed = Object.entries(labels).filter(([, values]) => typeof values !== 'string');
      for (const [label, values] of closed) {
        for (const value of values) {
          const part = `${name}${type === 'histogram' ? '_count' : ''}{${label}="${value}"`;
          expect([...series.keys()].filter((key) => key.startsWith(part))).toHaveLength(1);
        }
      }
    }
    expect(series.get('comet_http_requests_total{route="mailbox",status="200"}')).toBe(0);
  });

  it('show each meter under its name, once, and nothing else', async () => {
    const shown = await changes((meters) => {
      meters.waiters = 1;
      meters.keysWatched = 2;
      meters.connections = 3;
      meters.redisUp = 4;
      meters.eventLoopLag = 5.5;
      meters.deliveries = 6;
      meters.redisReconnects = 7;
      meters.probeFailures = 8;
      meters.resyncs = 9;
      meters.polls.add('gone', 10);
      meters.publishes.add('conflict', 11);
      meters.mailboxMessages.add('given_back', 12);
      meters.refused.add('sign', 13);
      meters.request('get', 200);
      meters.request('get', 503);
      meters.request('get', 503);
    });
    expect(shown).toEqual({
      comet_waiters: 1,
      comet_keys_watched: 2,
      comet_connections: 3,
      comet_redis_up: 4,
      'comet_event_loop_lag_seconds{worker="0"}': 5.5,
      comet_deliveries_total: 6,
      comet_redis_reconnects_total: 7,
      comet_pubsub_probe_failures_total: 8,
      comet_resyncs_total: 9,
      'comet_polls_total{outcome="gone"}': 10,
      'comet_publishes_total{result="conflict"}': 11,
      'comet_mailbox_messages_total{result="given_back"}': 12,
      'comet_refused_total{reason="sign"}': 13,
      'comet_http_requests_total{route="get",status="200"}': 1,
      'comet_http_requests_total{route="get",status="503"}': 2,
    });
  });

  it('cumulate the buckets of a histogram, a value on a bound belonging to it', async () => {
    const shown = await changes((meters) => {
      meters.wake.observe(0.001);
      meters.wake.observe(0.0011, 2);
      meters.wake.observe(2.5);
      meters.wake.observe(60);
    });
    const bucket = (le: string) => shown[`comet_wake_seconds_bucket{le="${le}"}`];
    expect(bucket('0.0005')).toBeUndefined();
    expect(bucket('0.001')).toBe(1);
    expect(bucket('0.0025')).toBe(3);
    expect(bucket('1')).toBe(3);
    expect(bucket('2.5')).toBe(4);
    expect(bucket('5')).toBe(4);
    expect(bucket('+Inf')).toBe(5);
    expect(shown.comet_wake_seconds_count).toBe(5);
    expect(shown.comet_wake_seconds_sum).toBeCloseTo(62.5032, 10);
    expect(Object.keys(shown).every((name) => name.startsWith('comet_wake_seconds_'))).toBe(true);
  });

  it('keep the histograms of Redis commands apart', async () => {
    const shown = await changes((meters) => {
      meters.redisCommands.get('append')?.observe(0.3);
      meters.pubsubLag.observe(0.2);
    });
    expect(shown['comet_redis_command_seconds_bucket{command="append",le="0.25"}']).toBeUndefined();
    expect(shown['comet_redis_command_seconds_bucket{command="append",le="0.5"}']).toBe(1);
    expect(shown['comet_redis_command_seconds_sum{command="append"}']).toBe(0.3);
    expect(shown.comet_pubsub_lag_seconds_sum).toBe(0.2);
    expect(Object.keys(shown).some((name) => name.includes('command="read"'))).toBe(false);
  });
});

describe('the dump of a worker', () => {
  it('carries the metrics of the Node process under its index, survives JSON, and lists no open socket', async () => {
    const registry = createRegistry(new Meters(), { worker: 7 });
    await registry.dump();
    const dump = await registry.dump();
    expect(JSON.parse(JSON.stringify(dump))).toEqual(dump);
    const ofProcess = dump.filter(({ name }) => !name.startsWith('comet_'));
    const names = ofProcess.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['process_cpu_seconds_total', 'process_resident_memory_bytes']));
    expect(names).toEqual(expect.arrayContaining(['process_open_fds', 'process_start_time_seconds']));
    expect(names.filter((name) => name.includes('active'))).toEqual([]);
    const workers = ofProcess.flatMap(({ values }) => values.map(({ labels }) => labels.worker));
    expect([...new Set(workers)]).toEqual(['7']);
    const values = dump.flatMap((family) => family.values.map(({ value }) => value));
    expect(values.every(Number.isFinite)).toBe(true);
  });
});
