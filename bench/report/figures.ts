/** How a figure is called and written. */
export interface Figure {
  readonly label: string;
  readonly digits: number;
  /** In the tables of the report. */
  readonly shown: boolean;
}

/** All figures of measurements, in the order of their columns. */
export const FIGURES: Readonly<Record<string, Figure>> = {
  count: { label: 'count', digits: 0, shown: false },
  cpu: { label: 'CPU µs each', digits: 1, shown: true },
  serverCpu: { label: 'without Redis', digits: 1, shown: true },
  redisCpu: { label: 'Redis alone', digits: 1, shown: true },
  loadCpu: { label: 'CPU µs of the load', digits: 1, shown: false },
  rate: { label: 'a second', digits: 0, shown: true },
  perCpuSecond: { label: 'a CPU second', digits: 0, shown: true },
  p50: { label: 'p50 ms', digits: 0, shown: true },
  p99: { label: 'p99 ms', digits: 0, shown: true },
  wakeP50: { label: 'p50 ms', digits: 1, shown: true },
  wakeP99: { label: 'p99 ms', digits: 1, shown: true },
  wakeMax: { label: 'max ms', digits: 1, shown: true },
  halfRate: { label: 'half: a second', digits: 0, shown: true },
  halfCpu: { label: 'CPU µs', digits: 1, shown: true },
  halfP50: { label: 'p50 ms', digits: 2, shown: true },
  halfP99: { label: 'p99 ms', digits: 2, shown: true },
  halfMax: { label: 'max ms', digits: 1, shown: true },
  seconds: { label: 'seconds', digits: 2, shown: true },
  bytes: { label: 'bytes a waiter', digits: 0, shown: true },
  redisBytes: { label: 'of it Redis', digits: 0, shown: true },
  megabytesBefore: { label: 'MB before', digits: 0, shown: true },
  megabytes: { label: 'MB with them', digits: 0, shown: true },
  idlePercent: { label: 'idle: % of a core', digits: 2, shown: true },
  parkCpu: { label: 'CPU µs to park', digits: 0, shown: true },
  redisCommands: { label: 'commands to Redis', digits: 2, shown: true },
  scriptCommands: { label: 'commands in scripts', digits: 1, shown: true },
  workersWoken: { label: 'other processes woken', digits: 2, shown: true },
  serverCores: { label: 'cores: server', digits: 2, shown: true },
  loadCores: { label: 'load', digits: 2, shown: true },
};

export function formatted(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
