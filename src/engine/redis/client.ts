import { createClient } from 'redis';

/** What our own scripts and commands reply. */
export type Reply = string | number | null | readonly Reply[];

export type Client = ReturnType<typeof createRedisClient>;

/**
 * A node-redis client that is one TCP connection: it never reconnects, never queues while it is not connected, and has
 * no timer of its own a command. Aborting the signal cuts it at any moment, also while it connects.
 */
export function createRedisClient(url: string, name: string, connectTimeout: number, signal: AbortSignal) {
  return createClient({
    url,
    name,
    disableOfflineQueue: true,
    // Redis before 7.2 doesn't know the command, and a narrow user may not send it.
    disableClientInfo: true,
    maintNotifications: 'disabled',
    commandOptions: { timeout: 0 },
    socket: { reconnectStrategy: false, connectTimeout, signal },
  });
}
