/**
 * Elsewhere every client came back in the same instant after a deploy: hashicorp/consul-template#1013,
 * fanout/django-eventstream#174.
 */
import { afterEach, describe, expect, it } from '@jest/globals';
import { EventClient } from '../support/event-client.ts';
import { get } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { Deployment, sample, waiting } from './deployment.ts';

const POLLS = 200;
const STREAMS = 40;
const DRAIN_SECONDS = 5;
/**
 * The answers are spread over most of that time, at random. A machine that stands still for 3 of its seconds bunches those of
 * them; that is not all.
 */
const PARTS = 8;
const MOST_IN_A_PART = POLLS * 0.9;
const REFUSED = 40;

const deployment = new Deployment();

afterEach(() => deployment.clear());

describe('when a worker goes away', () => {
  it('its polls and streams end one after the other, and streams come back at different times', async () => {
    const comet = await deployment.comet({ workers: 1, flags: { 'drain-seconds': DRAIN_SECONDS } });
    const times: number[] = [];
    const polls = Array.from({ length: POLLS }, async () => {
      const answer = await get(comet.port(), '/get?key=herd&after=0&timeout=60');
      times.push(performance.now());
      return answer.json();
    });
    const streams = await Promise.all(
      Array.from({ length: STREAMS }, () => EventClient.open(comet.port(), '/events?key=herd&after=0')),
    );
    await waiting(comet, POLLS + STREAMS);
    const began = performance.now();
    const stopped = comet.stop();
    for (const answer of await Promise.all(polls)) expect(answer).toMatchObject({ error_code: 1, cursor: '0' });
    await Promise.all(streams.map((stream) => stream.ended()));
    expect(await stopped).toBe(0);
    const took = Math.max(...times) - began;
    expect(took).toBeGreaterThan(DRAIN_SECONDS * 1000 * 0.6);
    const parts = new Array<number>(PARTS).fill(0);
    for (const time of times) {
      const part = Math.min(PARTS - 1, Math.floor(((time - began) / took) * PARTS));
      parts[part] = (parts[part] as number) + 1;
    }
    expect([parts, Math.max(...parts) <= MOST_IN_A_PART]).toEqual([parts, true]);
    const retries = streams.map((stream) => stream.retries.at(-1) as number);
    expect(new Set(retries).size).toBeGreaterThan(STREAMS / 2);
  });
});

describe('who is turned away', () => {
  it('is told to come back at different times', async () => {
    const comet = await deployment.comet({ workers: 1, flags: { 'max-waiters-per-key': 1 } });
    const client = new AbortController();
    const first = get(comet.port(), '/get?key=full&after=0', { signal: client.signal }).catch(() => null);
    await waiting(comet, 1);
    const answers = await Promise.all(
      Array.from({ length: REFUSED }, () => get(comet.port(), '/get?key=full&after=0')),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    const waits = new Set(answers.map(({ headers }) => Number(headers['retry-after'])));
    expect([...waits].every((seconds) => seconds >= 1 && seconds <= 5)).toBe(true);
    expect(waits.size).toBeGreaterThanOrEqual(3);
    client.abort();
    await first;
    await until(async () => (await sample(comet, 'comet_waiters')) === 0);
  });
});
