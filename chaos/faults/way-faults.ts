import type { TcpProxy } from '../../test/support/tcp-proxy.ts';
import type { Fault } from './fault.ts';

const BYTES_EACH_10_MS = 20;

/** A fault of the way between the first machine and Redis. */
function wayFault(
  options: Pick<Fault, 'name' | 'hold' | 'how' | 'seen'>,
  begin: (proxy: TcpProxy) => void | Promise<void>,
  end: (proxy: TcpProxy) => void | Promise<void>,
): Fault {
  return {
    ...options,
    part: 'way',
    topologies: ['single'],
    lives: 0,
    elections: 0,
    test: 'test/fault/followers.test.ts',
    async inject({ deployment }) {
      const { proxy } = deployment.single;
      await begin(proxy);
      return { heal: async () => await end(proxy) };
    },
  };
}

const SEEN = 'on that machine publishing is refused or open (503), polls stay parked; the other one goes on';

export const wayCut = wayFault(
  {
    name: 'way-cut',
    hold: [0, 3_000],
    how: 'connections of one machine to Redis break, new ones are refused',
    seen: SEEN,
  },
  (proxy) => proxy.cut(),
  (proxy) => proxy.restore(),
);

export const wayDelay = wayFault(
  {
    name: 'way-delay',
    hold: [500, 3_000],
    how: 'everything between one machine and Redis takes 0.3 s',
    seen: 'it is slower',
  },
  (proxy) => proxy.delay(300),
  (proxy) => {
    // Chunks that are held must not be overtaken: their connections go.
    proxy.drop();
    proxy.delay(0);
  },
);

export const wayTrickle = wayFault(
  {
    name: 'way-trickle',
    hold: [500, 3_000],
    how: `between one machine and Redis ${BYTES_EACH_10_MS * 100} bytes a second pass, in each direction of each connection`,
    seen: SEEN,
  },
  (proxy) => proxy.trickle(BYTES_EACH_10_MS),
  (proxy) => proxy.trickle(0),
);

export const waySilent = wayFault(
  {
    name: 'way-silent',
    hold: [300, 5_000],
    how: 'nothing passes between one machine and Redis; connections stay open',
    seen: SEEN,
  },
  (proxy) => proxy.silence('both'),
  (proxy) => proxy.resume(),
);

export const wayMute = wayFault(
  { name: 'way-mute', hold: [300, 5_000], how: 'nothing passes from Redis to one machine', seen: SEEN },
  (proxy) => proxy.silence('toClient'),
  (proxy) => proxy.resume(),
);

export const wayDeaf = wayFault(
  { name: 'way-deaf', hold: [300, 5_000], how: 'nothing passes from one machine to Redis', seen: SEEN },
  (proxy) => proxy.silence('toServer'),
  (proxy) => proxy.resume(),
);
