import { until } from '../../test/support/until.ts';
import type { Fault, Scene } from './fault.ts';

const ALL = ['single', 'sentinel', 'cluster'] as const;
/** A busy machine starts processes slowly. */
const REPLACED_MS = 120_000;

/** One worker of any machine. */
async function someWorker({ deployment, random }: Scene): Promise<number> {
  return random.pick(await random.pick(deployment.machines).workerPids());
}

export const workerKill: Fault = {
  name: 'worker-kill',
  part: 'machine',
  topologies: ALL,
  lives: 0,
  elections: 0,
  hold: [0, 500],
  how: 'a worker is killed (-9)',
  seen: 'its connections break; a successor takes over the same socket, and who comes back goes on by cursor',
  test: 'test/cluster/death.test.ts',
  async inject(scene) {
    process.kill(await someWorker(scene), 'SIGKILL');
    return { heal: () => scene.deployment.settled() };
  },
};

export const workerStall: Fault = {
  name: 'worker-stall',
  part: 'machine',
  topologies: ALL,
  lives: 0,
  elections: 0,
  hold: [1_000, 3_000],
  how: 'a worker stands still for 1 to 3 s (SIGSTOP)',
  seen: 'its requests wait as long; entries are in its sockets meanwhile and come after it',
  test: 'test/fault/campaign.test.ts',
  async inject(scene) {
    const pid = await someWorker(scene);
    process.kill(pid, 'SIGSTOP');
    return { heal: async () => void process.kill(pid, 'SIGCONT') };
  },
};

export const primaryKill: Fault = {
  name: 'primary-kill',
  part: 'machine',
  topologies: ALL,
  lives: 0,
  elections: 0,
  hold: [0, 1_500],
  how: 'a primary is killed (-9), its workers end with it, and it is started again',
  seen: 'connections break and are refused; the other machine answers, behind nginx without a refusal',
  test: 'test/cluster/lifecycle.test.ts',
  async inject({ deployment, random }) {
    const machine = random.pick(deployment.machines);
    await machine.kill();
    return {
      heal: async () => {
        await machine.launch();
        await machine.ready();
      },
    };
  },
};

export const reload: Fault = {
  name: 'reload',
  part: 'machine',
  topologies: ALL,
  lives: 0,
  elections: 0,
  hold: [0, 100],
  how: 'a rolling reload (SIGHUP)',
  seen: 'waiting requests are answered as timed out, one worker after the other; nothing is refused',
  test: 'test/system/rolling-reload.test.ts',
  async inject({ deployment, random }) {
    const machine = random.pick(deployment.machines);
    const [before, refused] = [await machine.workerPids(), machine.refusedReloads];
    machine.reload();
    return {
      heal: async () => {
        const replaced = async () =>
          machine.refusedReloads > refused || (await machine.workerPids()).every((pid) => !before.includes(pid));
        await until(replaced, { timeout: REPLACED_MS, interval: 50, message: 'the workers to be replaced' });
        await machine.ready();
      },
    };
  },
};
