import { setting } from '../config/option.ts';
import { flag, text } from '../config/schemas.ts';
import { type Client, clientOf, TOKEN_SETTING, URL_SETTING } from './client.ts';
import { defineCommand } from './command.ts';
import { entryLine } from './entry-line.ts';
import { failureText } from './failure-text.ts';
import { Interrupt } from './interrupt.ts';
import { EXIT, type Io } from './io.ts';
import { KeyStream, type ToldEntry } from './key-stream.ts';
import { patiently } from './patiently.ts';
import { poll } from './poll.ts';

/** A server that shows no sign of life for so many heartbeats is away. */
const SILENT_BEATS = 3;
/** However short its heartbeats are. */
const LEAST_SILENCE_SECONDS = 10;

export const watch = defineCommand({
  name: 'watch',
  summary: 'Print every entry of one or more keys as it comes, until Ctrl-C',
  operands: [{ name: 'KEY', help: 'a key; several, if you like', several: true }],
  settings: {
    after: setting({
      schema: text(),
      fallback: '',
      help: 'Cursor to begin after; for several keys one each, joined by commas',
      placeholder: 'CURSOR',
      fallbackText: 'the value that is there',
    }),
    all: setting({
      schema: flag,
      fallback: false,
      help: 'Begin with everything that is retained, not only the newest',
      placeholder: '',
      flag: true,
    }),
    json: setting({
      schema: flag,
      fallback: false,
      help: 'Print a line of JSON for each, with its cursor',
      placeholder: '',
      flag: true,
    }),
    token: TOKEN_SETTING,
    url: URL_SETTING,
  },
  shown: ['reading', 'publish-key', 'host', 'port'],
  async run({ io, loaded, own, operands: keys }) {
    const client = clientOf(io, loaded.config, own, false);
    if (client === null) return EXIT.wrong;
    const isColoured = io.stdout.isTTY === true && !io.env.NO_COLOR;
    const write = (entry: ToldEntry) =>
      io.stdout.write(`${own.json ? JSON.stringify(entry) : entryLine(entry, new Date(), isColoured)}\n`);
    const interrupt = new Interrupt(io.stdout);
    try {
      const begin = own.after !== '' || own.all ? own.after : await newest(io, client, keys, write, interrupt.signal);
      if (begin === null) return interrupt.signal.aborted ? EXIT.done : EXIT.failed;
      const stream = new KeyStream({
        client,
        keys,
        after: begin,
        silenceSeconds: Math.max(LEAST_SILENCE_SECONDS, SILENT_BEATS * loaded.config.eventsHeartbeat),
        entry: (entry) => {
          if (entry.recovered === false) io.stderr.write(`comet: entries of ${entry.key} may have been missed here\n`);
          write(entry);
        },
        trouble: (end) => io.stderr.write(`comet: ${failureText(end)}\n`),
      });
      return await stream.follow(interrupt.signal);
    } finally {
      interrupt.close();
    }
  },
});

/** Writes the newest entry of each key, and gives where they stand; `null` after telling why that can't be known. */
async function newest(
  io: Io,
  client: Client,
  keys: readonly string[],
  write: (entry: ToldEntry) => void,
  signal: AbortSignal,
): Promise<string | null> {
  const cursors: string[] = [];
  for (const key of keys) {
    const answer = await patiently(io, () => poll(client, { key, after: '', all: false, fresh: false }, 0), signal);
    if (answer === null) return null;
    const { error_code, value, cursor } = answer;
    if (error_code === 0) write({ key, value: String(value), cursor: String(cursor) });
    cursors.push(String(cursor));
  }
  return cursors.join(',');
}
