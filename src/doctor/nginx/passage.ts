import type { Directive } from './syntax.ts';

/** One place of a configuration that passes requests to workers, with what is in force there. */
export interface Passage {
  /** For people: `location / (upstream comet_8885)`. */
  readonly place: string;
  /** The upstream's block; `null` where `proxy_pass` names an address. */
  readonly upstream: readonly Directive[] | null;
  /** `host:port` of each server that requests go to. */
  readonly addresses: readonly string[];
  /** The arguments of a directive as it is in force, inherited from the blocks around; `null` if none sets it. */
  setting(name: string): readonly string[] | null;
  /** Every such directive of the innermost block that has one: nginx inherits lists all or nothing. */
  settings(name: string): readonly (readonly string[])[];
}

/** Where a configuration passes requests to one of these ports. */
export function passagesTo(directives: readonly Directive[], ports: ReadonlySet<number>): Passage[] {
  const upstreams = new Map<string, readonly Directive[]>();
  for (const { name, args, block } of everywhere(directives)) {
    if (name === 'upstream' && block !== null) upstreams.set(args[0] ?? '', block);
  }
  const passages = passesIn(directives, [directives], '').map(({ scopes, target, location }) => {
    const host = /^https?:\/\/([^/]+)/.exec(target)?.[1] ?? '';
    const upstream = upstreams.get(host) ?? null;
    const addresses = upstream === null ? [host] : named(upstream, 'server').map((args) => args[0] ?? '');
    return {
      place: `location ${location} (${upstream === null ? host : `upstream ${host}`})`,
      upstream,
      addresses,
      setting: (name: string) => inForce(scopes, name).at(-1) ?? null,
      settings: (name: string) => inForce(scopes, name),
    };
  });
  return passages.filter(({ addresses }) => addresses.some((address) => ports.has(portOf(address))));
}

/** The arguments of every directive of this name that stands directly in a block. */
export function named(block: readonly Directive[], name: string): (readonly string[])[] {
  return block.filter((each) => each.name === name).map(({ args }) => args);
}

/** The port of `host:port`; 80 without one. */
export function portOf(address: string): number {
  return Number(/:(\d+)$/.exec(address)?.[1] ?? 80);
}

/** Every directive, whatever it stands in. */
export function* everywhere(directives: readonly Directive[]): Generator<Directive> {
  for (const directive of directives) {
    yield directive;
    if (directive.block !== null) yield* everywhere(directive.block);
  }
}

interface Pass {
  /** The blocks around it, the outermost first. */
  readonly scopes: readonly (readonly Directive[])[];
  readonly target: string;
  readonly location: string;
}

function passesIn(block: readonly Directive[], scopes: Pass['scopes'], location: string): Pass[] {
  return block.flatMap(({ name, args, block: inner }) => {
    if (name === 'proxy_pass') return [{ scopes, target: args[0] ?? '', location }];
    if (inner === null) return [];
    return passesIn(inner, [...scopes, inner], name === 'location' ? args.join(' ') : location);
  });
}

function inForce(scopes: Pass['scopes'], name: string): (readonly string[])[] {
  for (const scope of [...scopes].reverse()) {
    const found = named(scope, name);
    if (found.length > 0) return found;
  }
  return [];
}
