/** The wall clock, passed in so that tests can turn it. Milliseconds since 1970, decimals allowed. */
export interface Clock {
  now(): number;
}

const { timeOrigin } = performance;

/** Monotonic since the process began, so that a stepped system clock neither expires nor delays a waiter. */
export const systemClock: Clock = {
  now: () => timeOrigin + performance.now(),
};
