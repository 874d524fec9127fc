import { keepAppending } from './appending.ts';
import type { Fault } from './fault.ts';

const SEEN = 'publishing is refused (503) and polls stay parked until it is back';
const SINGLE = ['single'] as const;

export const redisRestart: Fault = {
  name: 'redis-restart',
  part: 'redis',
  topologies: SINGLE,
  lives: 1,
  elections: 0,
  hold: [0, 2_500],
  how: 'Redis is shut down, and started with its data',
  seen: `${SEEN}; nothing is missed, nobody is told anything`,
  test: 'test/fault/parked-polls.test.ts',
  async inject({ deployment }) {
    const { server } = deployment.single;
    // It ends instead of answering.
    await server.cli('SHUTDOWN').catch(() => {});
    await server.kill();
    return { heal: () => server.restart() };
  },
};

export const redisKill: Fault = {
  name: 'redis-kill',
  part: 'redis',
  topologies: SINGLE,
  lives: 1,
  elections: 0,
  hold: [0, 2_500],
  how: 'Redis is killed (-9), and started with its append-only file',
  seen: `${SEEN}; nothing is missed, nobody is told anything`,
  test: 'test/fault/parked-polls.test.ts',
  async inject({ deployment }) {
    const { server } = deployment.single;
    await server.kill();
    return { heal: () => server.restart() };
  },
};

export const redisOld: Fault = {
  name: 'redis-old',
  part: 'redis',
  topologies: SINGLE,
  lives: 1,
  elections: 0,
  hold: [300, 1_500],
  how: 'a snapshot is made; 0.3 to 1.5 s later Redis is killed, and started from the snapshot',
  seen: `${SEEN}; who had seen what is lost gets the state there is with "recovered":false; mailboxes are as they were`,
  test: 'test/fault/parked-polls.test.ts',
  async inject({ deployment }) {
    const { server } = deployment.single;
    const lossFrom = performance.now();
    const snapshot = await server.snapshot();
    return {
      lossFrom,
      heal: async (onBack) => {
        await server.restartFrom(snapshot);
        onBack();
        await keepAppending(server);
      },
    };
  },
};

export const redisEmpty: Fault = {
  name: 'redis-empty',
  part: 'redis',
  topologies: SINGLE,
  lives: 1,
  elections: 0,
  hold: [0, 1_500],
  how: 'Redis is killed, and started with nothing in it',
  seen: `${SEEN}; the next set of each key answers with "recovered":false; mailboxes are empty`,
  test: 'test/fault/parked-polls.test.ts',
  async inject({ deployment }) {
    const { server } = deployment.single;
    await server.kill();
    return { lossFrom: 0, heal: () => server.restartEmpty() };
  },
};

export const redisFlush: Fault = {
  name: 'redis-flush',
  part: 'redis',
  topologies: SINGLE,
  lives: 0,
  elections: 0,
  hold: [0, 0],
  how: 'FLUSHALL',
  seen: 'the next set of each key answers with "recovered":false; mailboxes are empty',
  test: 'test/fault/parked-polls.test.ts',
  async inject({ deployment }) {
    await deployment.single.server.cli('FLUSHALL');
    return { lossFrom: 0, heal: async () => {} };
  },
};
