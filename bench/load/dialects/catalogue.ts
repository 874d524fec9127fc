import { Bayeux } from './bayeux.ts';
import type { Dialect } from './dialect.ts';
import { Floor } from './floor.ts';
import { Keys } from './keys.ts';
import { Mailbox } from './mailbox.ts';
import { Nchan } from './nchan.ts';
import type { Fields } from './request.ts';

const DIALECTS = {
  comet: (fields: Fields) => new Keys(fields, true),
  'comet-mailbox': (fields: Fields) => new Mailbox(fields, true),
  keys: (fields: Fields) => new Keys(fields, false),
  mailbox: (fields: Fields) => new Mailbox(fields, false),
  nchan: (fields: Fields) => new Nchan(fields),
  bayeux: (fields: Fields) => new Bayeux(fields),
  floor: (fields: Fields) => new Floor(fields),
} as const satisfies Record<string, (fields: Fields) => Dialect>;

export type DialectName = keyof typeof DIALECTS;

export function dialectNamed(name: DialectName, fields: Fields): Dialect {
  return DIALECTS[name](fields);
}
