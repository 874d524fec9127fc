import { clusterFailover, clusterMasterKill, slotMigration } from './cluster-faults.ts';
import type { Fault } from './fault.ts';
import { nginxReload } from './nginx-reload.ts';
import { outputBuffer } from './output-buffer.ts';
import { clientKillNormal, clientKillPubsub, diskFull, redisFreeze } from './redis-hindrances.ts';
import { redisEmpty, redisFlush, redisKill, redisOld, redisRestart } from './redis-restarts.ts';
import { sentinelFailover, sentinelMasterKill } from './sentinel-faults.ts';
import { wayCut, wayDeaf, wayDelay, wayMute, waySilent, wayTrickle } from './way-faults.ts';
import { primaryKill, reload, workerKill, workerStall } from './worker-faults.ts';

/** Every fault, in the order of the table. A schedule's seed counts on the order. */
export const FAULTS: readonly Fault[] = [
  ...[workerKill, workerStall, primaryKill, reload, nginxReload],
  ...[redisRestart, redisKill, redisOld, redisEmpty, redisFlush, redisFreeze, diskFull],
  ...[clientKillNormal, clientKillPubsub, outputBuffer],
  ...[wayCut, wayDelay, wayTrickle, waySilent, wayMute, wayDeaf],
  ...[sentinelFailover, sentinelMasterKill],
  ...[clusterFailover, clusterMasterKill, slotMigration],
];
