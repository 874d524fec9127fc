import type { Config } from '../config/options.ts';

/** Waiters a worker is taken to hold where `max-waiters` leaves it to the machine's open-file limit. */
const USUAL_WAITERS = 16_384;
/** Each takes about half a kilobyte in every nginx worker from the start. */
const MOST_CONNECTIONS = 131_072;
/** What nginx adds to the request line beside the URL: the longest method, the version, spaces. */
const REQUEST_LINE_REST = 64;

/**
 * Connections of one nginx worker: two a waiting client, its own and the one to a comet worker. It is assumed that
 * nginx has as many workers as a machine has comet workers (one per CPU), so each carries one of every machine's;
 * the rounding to a power of two is the reserve for an uneven spread.
 */
export function workerConnections(config: Config, machines: number): number {
  const waiters = (config.maxWaiters || USUAL_WAITERS) * machines;
  return Math.min(MOST_CONNECTIONS, 2 ** Math.ceil(Math.log2(2 * waiters + 1024)));
}

/** Idle connections that each nginx worker keeps to all comet workers together. */
export function idleConnections(workers: number): number {
  return Math.min(1024, 128 * workers);
}

/**
 * `large_client_header_buffers`. One line must fit into one buffer, so a buffer takes the longest URL and the largest
 * head; with two of them nginx lets a little more pass than a worker does, and the worker gives the exact refusal.
 */
export function headerBuffers(config: Config): string {
  const bytes = Math.max(config.maxUrlBytes + REQUEST_LINE_REST, config.maxHeaderBytes);
  return `2 ${Math.ceil(bytes / 1024)}k`;
}

/** Bytes of a request body that nginx holds in memory while it arrives; what is larger goes through a file. */
export function bodyBuffer(config: Config): number {
  return Math.min(config.maxBodyBytes, 1024 * 1024);
}

/** Shared memory in which all nginx workers count the connections of each comet worker. */
export function upstreamZone(workers: number): string {
  return workers <= 32 ? '128k' : `${workers * 4}k`;
}
