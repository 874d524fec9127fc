import type { EngineFactory } from '../contract/world.ts';
import { CALM, redisEngine } from './redis-backend.ts';

/** Redis, in whatever deployment. */
interface Deployed {
  readonly url: string;
  stop(): Promise<void>;
}

/** Worlds that share one deployment, each with names of its own; it ends with the last of them. */
export function sharing(start: () => Promise<Deployed>): EngineFactory {
  let deployed: Promise<Deployed> | null = null;
  let worlds = 0;
  return async (settings) => {
    const name = `world-${++worlds}`;
    deployed ??= start();
    const { url, stop } = await deployed.then((it) => ({ url: it.url, stop: () => it.stop() }));
    return {
      engine: () => redisEngine({ url, prefix: `${name}:`, mailboxPrefix: `Q/${name}-`, ...CALM, ...settings }),
      close: async () => {
        if (--worlds === 0) await stop();
      },
    };
  };
}
