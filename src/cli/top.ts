import { setting } from '../config/option.ts';
import { flag } from '../config/schemas.ts';
import type { Opening, Tick } from '../dashboard/wire.ts';
import { adminClientOf, URL_SETTING } from './client.ts';
import { defineCommand, type Loaded, report } from './command.ts';
import { EventFeed } from './event-feed.ts';
import { Interrupt } from './interrupt.ts';
import { EXIT } from './io.ts';
import { ShownMachine } from './shown-machine.ts';

/** The server tells its figures each second. */
const SILENCE_SECONDS = 5;

export const top = defineCommand({
  name: 'top',
  summary: 'Show the figures of a machine, each second, until Ctrl-C',
  operands: [],
  settings: {
    once: setting({ schema: flag, fallback: false, help: 'Show them once, and end', placeholder: '', flag: true }),
    json: setting({
      schema: flag,
      fallback: false,
      help: 'Print a line of JSON each time',
      placeholder: '',
      flag: true,
    }),
    url: setting({
      ...URL_SETTING,
      help: 'Admin server to ask, such as http://127.0.0.1:8880',
      fallbackText: 'that of this configuration',
    }),
  },
  shown: ['admin-host', 'admin-port'],
  async run({ io, loaded, own }) {
    if (own.url === '' && meansAdminPort(loaded)) {
      return report(io, [{ place: '--port', message: 'comet top asks the admin server: use --admin-port' }]);
    }
    const client = adminClientOf(io, loaded.config, own.url);
    if (client === null) return EXIT.wrong;
    const interrupt = new Interrupt(io.stdout);
    const shown = new ShownMachine(io, own.json, own.once);
    try {
      const feed = new EventFeed({
        client,
        silenceSeconds: SILENCE_SECONDS,
        path: () => '/events',
        take: ({ event, data }) => {
          if (event === 'opening') shown.open(JSON.parse(data) as Opening);
          else if (event === 'tick') shown.tick(JSON.parse(data) as Tick);
          return own.once && shown.hasTick ? { message: '', retryAfter: null } : null;
        },
        trouble: ({ message }) => shown.trouble(explained(message)),
      });
      const code = await feed.follow(own.once ? AbortSignal.any([interrupt.signal, shown.failed]) : interrupt.signal);
      return own.once ? (shown.hasTick ? EXIT.done : EXIT.failed) : code;
    } finally {
      shown.close();
      interrupt.close();
    }
  },
});

/** A worker has event streams, too: of keys, of which none was named. */
function explained(message: string): string {
  return message.includes('PARAMETER_MISSING') ? `${message}: this is a worker; ask the admin server` : message;
}

/** Whether a port was named for this call, and none of it is what it asks: it would show whoever has the usual one. */
function meansAdminPort({ sources }: Loaded): boolean {
  return sources.port.source === 'flag' && sources['admin-port'].source !== 'flag';
}
