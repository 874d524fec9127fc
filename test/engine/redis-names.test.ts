import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Names } from '../../src/engine/redis/names.ts';
import { SlotTags, slotOf } from '../../src/engine/redis/slots.ts';
import { freePort } from '../support/free-port.ts';
import { RedisServer } from '../support/redis-server.ts';

const names = new Names('comet:', 'Q/MSG', 3);
const tags = new SlotTags();
/** Braces and colons are what could be mistaken. */
const text = fc.string({ unit: fc.constantFrom('a', '1', ':', '{', '}', '-', ' ', 'é'), maxLength: 12 });

/** What Redis Cluster hashes. */
function hashTag(name: string): string {
  const open = name.indexOf('{');
  const close = name.indexOf('}', open + 1);
  return open >= 0 && close > open + 1 ? name.slice(open + 1, close) : name;
}

describe('names in Redis', () => {
  it('of one key share a slot whatever the key holds', () => {
    fc.assert(
      fc.property(text, text, (key, id) => {
        const { log, old, channel } = names.key(key);
        const tags = new Set([log, old, channel, names.idempotency(key, id), names.channel(key)].map(hashTag));
        expect(tags.size).toBe(1);
        expect([...tags][0]).toMatch(/^[0-9a-f]{8}$/);
      }),
    );
  });

  it('of one mailbox share a slot whatever the uid holds, and so do those of a probe', () => {
    fc.assert(
      fc.property(text, fc.nat(16_383), (uid, slot) => {
        const { list, flight, channel } = names.mailbox(uid);
        expect(new Set([list, flight, channel].map(slotOf)).size).toBe(1);
        const probe = names.probe(tags.tagOf(slot), 'p');
        expect([slotOf(probe.channel), slotOf(probe.storeEpoch)]).toEqual([slot, slot]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('have the slots that Redis gives them', async () => {
    const redis = await RedisServer.start({
      config: { 'cluster-enabled': 'yes', 'cluster-port': String(await freePort()) },
    });
    try {
      for (const name of ['', 'a', '123456789', 'a{b}c', '{}a', 'a{}{b}', 'a}{b', '{a', 'é{ü}', 'x'.repeat(300)]) {
        expect([name, slotOf(name)]).toEqual([name, await redis.cli('CLUSTER', 'KEYSLOT', name)]);
      }
    } finally {
      await redis.stop();
    }
  });

  it('lead back from a channel to its key or uid', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(names.keyOf(names.channel(name))).toBe(name);
        expect(names.key(name).channel).toBe(names.channel(name));
        expect(names.uidOfMail(names.mailbox(name).channel)).toBe(name);
        expect(names.uidOfKeyspace(names.mailbox(name).keyspace)).toBe(name);
      }),
    );
  });

  it('of different things differ', () => {
    const all = (key: string, id: string, uid: string) => {
      const { log, old } = names.key(key);
      const { list, flight } = names.mailbox(uid);
      return [log, old, names.idempotency(key, id), list, flight, names.probe('', 'p').storeEpoch];
    };
    fc.assert(
      fc.property(text, text, text, text, text, text, (key, id, uid, key2, id2, uid2) => {
        const one = all(key, id, uid);
        const other = all(key2, id2, uid2);
        expect(new Set(one).size).toBe(one.length);
        if (key !== key2) expect(one[0]).not.toBe(other[0]);
        if (key !== key2 || id !== id2) expect(one[2]).not.toBe(other[2]);
        if (uid !== uid2) expect(one[4]).not.toBe(other[4]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are what the documentation says', () => {
    expect(names.mailbox('42')).toEqual({
      list: 'Q/MSG42',
      flight: 'comet:{Q/MSG42}:flight',
      channel: 'comet:{Q/MSG42}:mail@3',
      keyspace: '__keyspace@3__:Q/MSG42',
    });
    expect(names.key('news').log).toBe('comet:{3c6bdcdd}:log:news');
    expect(names.channel('news')).toBe('comet:{3c6bdcdd}:ch@3:news');
    // The length keeps the pair apart from another that reads the same, should two keys share a tag.
    expect(names.idempotency('news', 'a:1')).toBe('comet:{3c6bdcdd}:id:4:news:a:1');
  });
});
