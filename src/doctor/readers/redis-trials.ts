import type { Config } from '../../config/options.ts';

const SHORT = '10000';

/**
 * The commands that the server sends, its scripts' included, on keys that nobody else uses, in an order in which a
 * Redis that lets us do all of it refuses none. The last ones remove what the others made; what is left over after a
 * refusal is short-lived. `unique` keeps two trials at the same time apart.
 */
export function trialsOf(config: Config, unique: string): readonly (readonly string[])[] {
  const name = (kind: string) => ours(config, unique, kind);
  const [text, hash, list, channel] = [name('text'), name('hash'), name('list'), name('channel')];
  const mailbox = mailboxOf(config, unique);
  return [
    ['SET', text, '1', 'PX', SHORT],
    ['GET', text],
    ['HSET', hash, 'field', '1'],
    ['HMGET', hash, 'field'],
    ['PEXPIREAT', hash, String(Date.now() + Number(SHORT))],
    ['PEXPIRETIME', hash],
    ['PERSIST', hash],
    ['RPUSH', list, '1', '2'],
    ['LTRIM', list, '0', '0'],
    ['LRANGE', list, '0', '-1'],
    ['LINDEX', list, '0'],
    ['LPUSH', mailbox, '1'],
    ['LLEN', mailbox],
    ['RPOP', mailbox],
    ['LPOP', mailbox],
    ['SCRIPT', 'LOAD', 'return 1'],
    // The digest of that script.
    ['EVALSHA', 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db', '0'],
    ['PUBLISH', channel, '1'],
    ['DEL', text, hash],
    ['UNLINK', list, mailbox],
  ];
}

/** Channels like those that the server subscribes to; the second only wakes mailbox polls of other programs' pushes. */
export function channelsOf(config: Config, database: number, unique: string): readonly [string, string] {
  return [ours(config, unique, 'channel'), `__keyspace@${database}__:${mailboxOf(config, unique)}`];
}

function ours(config: Config, unique: string, kind: string): string {
  return `${config.redisPrefix}{doctor-${unique}}:${kind}`;
}

function mailboxOf(config: Config, unique: string): string {
  return `${config.mailboxPrefix}doctor-${unique}`;
}
