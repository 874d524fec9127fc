import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Config } from '../../config/options.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CometError } from '../../errors.ts';
import type { Hub } from '../../hub/hub.ts';
import type { Meters } from '../../metrics/meters.ts';
import type { Rights } from '../../tokens/rights.ts';
import type { Responder } from '../answer/responder.ts';
import type { HaltedStreams } from '../endpoints/halted-streams.ts';
import type { PublishDesk } from '../endpoints/publish-desk.ts';
import { Conversation } from './conversation.ts';
import type { EntryFrames } from './entry-frames.ts';
import { Line } from './line.ts';
import { Session } from './session.ts';
import { Subscriptions } from './subscriptions.ts';

/** What all WebSockets of a worker share. */
export interface ConnectionContext {
  readonly config: Config;
  readonly hub: Hub;
  readonly engine: Engine;
  readonly meters: Meters;
  readonly responder: Responder;
  readonly desk: PublishDesk;
  readonly halted: HaltedStreams;
  readonly frames: EntryFrames;
}

const UNSUPPORTED_DATA = 1003;

/** Puts a WebSocket together that has just been opened; from here on it lives and ends by itself. */
export function openConnection(context: ConnectionContext, ws: WebSocket, socket: Socket, rights: Rights): void {
  const { config, hub, meters, halted, frames, responder } = context;
  const line = new Line(
    ws,
    socket,
    { maxBytes: config.maxStreamBytes, halted, meters },
    {
      flowing: () => {
        session.alive();
        subscriptions.flow();
      },
      cut: () => session.end('slow'),
    },
  );
  const refused = (error: CometError) => responder.note({ route: 'ws' }, error);
  const subscriptions = new Subscriptions(line, {
    hub,
    meters,
    frames,
    refused,
    maxKeys: config.maxKeysPerListener,
    maxBytes: config.maxStreamBytes,
  });
  const session = new Session({
    hub,
    meters,
    line,
    subscriptions,
    heartbeat: config.eventsHeartbeat,
    life: config.eventsLife,
    rightsMs: rights.remaining,
    isBusy: () => conversation.busy,
  });
  const conversation = new Conversation({ ...context, line, subscriptions, rights, refused });

  ws.on('message', (data: Buffer, isBinary) => {
    if (session.ended) return;
    session.alive();
    meters.webSocketFrames.add('in');
    if (!isBinary) conversation.receive(data.toString());
    else {
      meters.refused.add('malformed');
      session.close('protocol', UNSUPPORTED_DATA, 'A frame must be text: a JSON object.');
    }
  });
  ws.on('ping', () => session.alive());
  ws.on('pong', () => session.alive());
  // What the client did wrong; it is told by the code that the connection is closed with.
  ws.on('error', (error: NodeJS.ErrnoException) => {
    meters.refused.add(error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 'body_size' : 'malformed');
    session.end('protocol');
  });
  ws.on('close', () => session.end('gone'));
}
