import { describe, expect, it } from '@jest/globals';
import { MetricsAggregate } from '../../src/metrics/aggregate.ts';
import { promtool, seriesOf } from './exposition.ts';
import { ProcessModel } from './process-model.ts';

const FIGURES = { workers: 2, reporting: 2, restarts: 0 };

async function scrape(aggregate: MetricsAggregate): Promise<Map<string, number>> {
  return seriesOf(await aggregate.render(FIGURES));
}

describe('the metrics of a machine', () => {
  it('are the sums of what its workers say, and the figures of the primary', async () => {
    const aggregate = new MetricsAggregate();
    const [first, second] = [new ProcessModel(0), new ProcessModel(1)];
    first.meters.polls.add('value', 3);
    second.meters.polls.add('value', 4);
    first.meters.waiters = 10;
    second.meters.waiters = 20;
    first.meters.redisUp = 1;
    first.meters.eventLoopLag = 0.5;
    second.meters.eventLoopLag = 0.25;
    first.meters.wake.observe(0.002);
    second.meters.wake.observe(0.02);
    for (const process of [first, second]) aggregate.join().update(process.dump());
    const series = seriesOf(await aggregate.render({ workers: 4, reporting: 2, restarts: 5 }));
    expect(series.get('comet_polls_total{outcome="value"}')).toBe(7);
    expect(series.get('comet_waiters')).toBe(30);
    expect(series.get('comet_redis_up')).toBe(0);
    expect(series.get('comet_event_loop_lag_seconds{worker="0"}')).toBe(0.5);
    expect(series.get('comet_event_loop_lag_seconds{worker="1"}')).toBe(0.25);
    expect(series.get('comet_wake_seconds_bucket{le="0.0025"}')).toBe(1);
    expect(series.get('comet_wake_seconds_bucket{le="+Inf"}')).toBe(2);
    expect(series.get('comet_workers')).toBe(4);
    expect(series.get('comet_workers_reporting')).toBe(2);
    expect(series.get('comet_worker_restarts_total')).toBe(5);
    expect(series.get('process_cpu_seconds_total{worker="primary"}')).toBeGreaterThan(0);
  });

  it('are primed before any worker has said a thing', async () => {
    const aggregate = new MetricsAggregate();
    const series = await scrape(aggregate);
    expect(series.get('comet_polls_total{outcome="timeout"}')).toBe(0);
    expect(series.get('comet_http_requests_total{route="set",status="200"}')).toBe(0);
    expect(series.get('comet_wake_seconds_count')).toBe(0);
    expect(series.get('comet_waiters')).toBe(0);
  });

  it('keep what a dead worker counted and drop its gauges', async () => {
    const aggregate = new MetricsAggregate();
    const [dead, other] = [new ProcessModel(0), new ProcessModel(1)];
    const figures = aggregate.join();
    for (const process of [dead, other]) {
      process.meters.deliveries = 5;
      process.meters.waiters = 7;
      process.meters.wake.observe(0.2);
      process.memory = 100;
    }
    figures.update(dead.dump());
    aggregate.join().update(other.dump());
    figures.retire();
    const series = await scrape(aggregate);
    expect(series.get('comet_deliveries_total')).toBe(10);
    expect(series.get('comet_wake_seconds_count')).toBe(2);
    expect(series.get('comet_waiters')).toBe(7);
    expect(series.has('comet_event_loop_lag_seconds{worker="0"}')).toBe(false);
    expect(series.has('process_resident_memory_bytes{worker="0"}')).toBe(false);
    expect(series.get('process_resident_memory_bytes{worker="1"}')).toBe(100);
  });

  it('take the last words of a worker that drained, once, and nothing from it afterwards', async () => {
    const aggregate = new MetricsAggregate();
    const process = new ProcessModel(0);
    const figures = aggregate.join();
    process.meters.deliveries = 5;
    figures.update(process.dump());
    process.meters.deliveries = 8;
    const last = process.dump();
    figures.retire(last);
    figures.retire(last);
    figures.update(last);
    const series = await scrape(aggregate);
    expect(series.get('comet_deliveries_total')).toBe(8);
    expect(series.get('comet_waiters')).toBe(0);
  });

  it('add a draining worker and its successor of the same index without a duplicate', async () => {
    const aggregate = new MetricsAggregate();
    const [old, young] = [new ProcessModel(0), new ProcessModel(0)];
    const figures = aggregate.join();
    Object.assign(old, { cpu: 50, memory: 100, started: 1000 });
    Object.assign(young, { cpu: 1, memory: 60, started: 2000 });
    figures.update(old.dump());
    aggregate.join().update(young.dump());
    const during = await scrape(aggregate);
    expect(during.get('process_cpu_seconds_total{worker="0"}')).toBe(51);
    expect(during.get('process_resident_memory_bytes{worker="0"}')).toBe(160);
    expect(during.get('process_start_time_seconds{worker="0"}')).toBe(2000);
    figures.retire();
    const after = await scrape(aggregate);
    expect(after.get('process_cpu_seconds_total{worker="0"}')).toBe(51);
    expect(after.get('process_resident_memory_bytes{worker="0"}')).toBe(60);
  });

  it('stay as many, and right, over a thousand deaths and respawns', async () => {
    const aggregate = new MetricsAggregate();
    const die = (times: number) => {
      for (let life = 0; life < times; life++) {
        const process = new ProcessModel(life % 2);
        process.meters.request('get', 200);
        process.meters.wake.observe(0.1);
        process.cpu = 0.1;
        const figures = aggregate.join();
        figures.update(process.dump());
        figures.retire();
      }
    };
    die(2);
    const before = await aggregate.render(FIGURES);
    die(998);
    const after = await aggregate.render(FIGURES);
    const series = seriesOf(after);
    // Those that the primary's own process has anew with each kind of garbage collection aside.
    const names = (text: string) => [...seriesOf(text).keys()].filter((name) => !name.includes('worker="primary"'));
    expect(names(after)).toEqual(names(before));
    expect(series.get('comet_http_requests_total{route="get",status="200"}')).toBe(1000);
    expect(series.get('comet_wake_seconds_bucket{le="0.1"}')).toBe(1000);
    expect(series.get('process_cpu_seconds_total{worker="1"}')).toBeCloseTo(50, 6);
  });

  // 0.1 + 0.2 + 0.3 is 0.6000000000000001 in this order and 0.6 in the order in which these workers retire. Prometheus
  // would take that step back for a restart and count the whole sum once more.
  it('never step back, not even in the last bit of a sum of fractions', async () => {
    const aggregate = new MetricsAggregate();
    const workers = [0.1, 0.2, 0.3].map((seconds, index) => {
      const process = new ProcessModel(index);
      process.meters.wake.observe(seconds);
      const figures = aggregate.join();
      figures.update(process.dump());
      return figures;
    });
    const before = (await scrape(aggregate)).get('comet_wake_seconds_sum');
    expect(before).toBe(0.6000000000000001);
    workers[2]?.retire();
    workers[1]?.retire();
    expect((await scrape(aggregate)).get('comet_wake_seconds_sum')).toBe(before);
  });

  it('are an exposition that promtool has no complaint about', async () => {
    const aggregate = new MetricsAggregate();
    const process = new ProcessModel(0);
    process.meters.request('other', 404);
    aggregate.join().update(process.dump());
    const exposition = await aggregate.render(FIGURES);
    expect(await promtool(['check', 'metrics'], exposition)).toEqual({ code: 0, output: '' });
  });
});
