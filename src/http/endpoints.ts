import type { Config } from '../config/options.ts';
import type { Engine } from '../engine/engine.ts';
import type { Hub } from '../hub/hub.ts';
import type { Meters } from '../metrics/meters.ts';
import { Access } from './access/access.ts';
import { MailboxSigns } from './access/mailbox-signs.ts';
import type { Responder } from './answer/responder.ts';
import { BatchEndpoint } from './endpoints/batch.ts';
import { DeleteEndpoint } from './endpoints/delete.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import { EventsEndpoint } from './endpoints/events.ts';
import { GetEndpoint } from './endpoints/get.ts';
import { HealthEndpoint, ReadyEndpoint } from './endpoints/health.ts';
import { MailboxEndpoint } from './endpoints/mailbox.ts';
import { PublishDesk } from './endpoints/publish-desk.ts';
import { PushEndpoint } from './endpoints/push.ts';
import { SetEndpoint } from './endpoints/set.ts';
import { type Siblings, WakeCounter } from './endpoints/wake-counter.ts';
import type { Readiness } from './readiness.ts';
import { WebSocketEndpoint } from './ws/endpoint.ts';

export interface EndpointsOptions {
  readonly config: Config;
  readonly tryOut: boolean;
  readonly hub: Hub;
  readonly engine: Engine;
  readonly siblings: Siblings;
  readonly meters: Meters;
}

/** Every path that a worker answers. */
export function buildEndpoints(
  options: EndpointsOptions,
  readiness: Readiness,
  responder: Responder,
): Readonly<Record<string, Endpoint>> {
  const { config, tryOut, hub, engine, siblings, meters } = options;
  const signs = new MailboxSigns({
    secrets: config.signSecret,
    withoutExpires: config.signWithoutExpires,
    open: tryOut,
  });
  const access = new Access(config, tryOut);
  const desk = new PublishDesk(access, meters, config.maxPublishes);
  const polls = { config, meters, responder };
  const publishes = { desk, responder, maxBodyBytes: config.maxBodyBytes };
  return {
    '/get': new GetEndpoint(hub, access, polls),
    '/events': new EventsEndpoint(hub, access, polls),
    '/ws': new WebSocketEndpoint(access, { config, hub, engine, meters, responder, desk }),
    '/set': new SetEndpoint(config, engine, new WakeCounter(hub, siblings), publishes),
    '/batch': new BatchEndpoint(config, engine, publishes),
    '/delete': new DeleteEndpoint(config, engine, publishes),
    '/': new MailboxEndpoint(hub, signs, access, polls),
    '/push': new PushEndpoint(config, engine, meters, publishes),
    '/healthz': new HealthEndpoint(responder),
    '/readyz': new ReadyEndpoint(readiness, responder),
  };
}
