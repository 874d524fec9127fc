import { describe, expect, it } from '@jest/globals';
import { Names } from '../../src/tokens/names.ts';

describe('names', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['user:1', ['user:1'], ['user:10', 'user:', 'User:1', 'user:1 ', ' user:1', 'user:1*', '']],
    ['user:1*', ['user:1', 'user:10', 'user:1:x', 'user:1*'], ['user:2', 'user:', 'xuser:1', 'USER:1']],
    ['user:1:*', ['user:1:', 'user:1:x'], ['user:10:x', 'user:1', 'user:1x']],
    ['*', ['', 'a', '*', 'zoë'], []],
    ['a*b', ['a*b'], ['ab', 'axb', 'a*bc']],
    ['*b', ['*b'], ['b', 'ab']],
    ['a**', ['a*', 'a*b'], ['a', 'ab']],
    ['a.c', ['a.c'], ['abc']],
    ['zoë*', ['zoë', 'zoëx'], ['zoe\u0308']],
    ['__proto__', ['__proto__'], ['constructor']],
  ])('%s', (pattern, those, others) => {
    const names = new Names([pattern]);
    for (const name of those) expect([name, names.has(name)]).toEqual([name, true]);
    for (const name of others) expect([name, names.has(name)]).toEqual([name, false]);
  });

  it('are all that a list has, and none of an empty one', () => {
    const names = new Names(['a', 'b*', 'c']);
    expect(['a', 'ba', 'c', 'ab', 'ca'].map((name) => names.has(name))).toEqual([true, true, true, false, false]);
    expect([Names.none.has(''), Names.none.has('a'), Names.all.has('a')]).toEqual([false, false, true]);
  });
});
