import type { Topology } from '../deployment/store.ts';
import type { Fault } from '../faults/fault.ts';
import { Random } from '../random.ts';

export interface Step {
  readonly fault: Fault;
  /** Milliseconds after the start of the run. */
  readonly at: number;
  /** Milliseconds until it is healed. */
  readonly hold: number;
}

export interface Schedule {
  readonly seed: number;
  readonly topology: Topology;
  readonly seconds: number;
  readonly steps: readonly Step[];
}

export interface ScheduleOptions {
  readonly seed: number;
  readonly topology: Topology;
  /** How long is published. */
  readonly seconds: number;
  /** To choose from; those that the topology does not know are left out. */
  readonly faults: readonly Fault[];
}

/** Before it followers have come and keys have values. */
const FIRST_MS = 800;

/**
 * One fault or two, which may overlap. Pure: the same options give the same schedule. Seeds in a row take the faults in
 * turn, so that each comes as often as any other.
 */
export function schedule({ seed, topology, seconds, faults }: ScheduleOptions): Schedule {
  const random = new Random(seed);
  const fitting = faults.filter(({ topologies }) => topologies.includes(topology));
  const first = fitting[seed % fitting.length];
  if (first === undefined) throw new Error(`no such fault can happen to the topology ${topology}`);
  const latest = Math.max(FIRST_MS + 1, (seconds * 1000) / 2);
  const step = (fault: Fault): Step => ({
    fault,
    at: Math.round(random.between(FIRST_MS, latest)),
    hold: Math.round(random.between(...fault.hold)),
  });
  const steps = [step(first)];
  const others = fitting.filter(({ part }) => part !== first.part);
  if (others.length > 0 && random.next() < 0.5) steps.push(step(random.pick(others)));
  return { seed, topology, seconds, steps: steps.sort((a, b) => a.at - b.at) };
}

/** For people. */
export function inWords({ steps }: Schedule): string {
  return steps.map(({ fault, at, hold }) => `${fault.name} at ${at} ms for ${hold} ms`).join(', ');
}
