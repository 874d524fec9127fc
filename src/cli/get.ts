import { setting } from '../config/option.ts';
import { flag, seconds, text } from '../config/schemas.ts';
import { clientOf, TOKEN_SETTING, URL_SETTING } from './client.ts';
import { defineCommand } from './command.ts';
import { follow } from './follow.ts';
import { EXIT } from './io.ts';
import { pollOnce } from './poll.ts';
import { writeAnswer } from './write-answer.ts';

const DAY = 86_400;

export const get = defineCommand({
  name: 'get',
  summary: 'Wait for the value of a key, and print it',
  operands: [{ name: 'KEY', help: 'the key' }],
  settings: {
    after: setting({
      schema: text(),
      fallback: '',
      help: 'Cursor: only what is newer; 0 is before everything',
      placeholder: 'CURSOR',
      fallbackText: 'the value that is there',
    }),
    timeout: setting({
      schema: seconds(0, DAY),
      fallback: 60,
      help: 'Seconds to wait for it',
      placeholder: 'SECONDS',
    }),
    all: toggle('Every entry after the cursor, not just the newest; a line each'),
    fresh: toggle('Ask the engine, not what the worker knows'),
    follow: toggle('Go on with every entry that comes, until Ctrl-C'),
    json: toggle('Print the whole answers of the server, a line each, with their cursors'),
    token: TOKEN_SETTING,
    url: URL_SETTING,
  },
  shown: ['reading', 'publish-key', 'host', 'port'],
  async run({ io, loaded, own, operands: [key = ''] }) {
    const client = clientOf(io, loaded.config, own, false);
    if (client === null) return EXIT.wrong;
    const asked = { key, after: own.after, all: own.all, fresh: own.fresh };
    const write = (body: Readonly<Record<string, unknown>>) => writeAnswer(io.stdout, body, own.json);
    if (own.follow) return follow(io, client, asked, write);

    const result = await pollOnce(client, asked, own.timeout);
    if (result === null) io.stderr.write(`comet: nothing came within ${own.timeout} s\n`);
    else if (!result.ok) io.stderr.write(`comet: ${result.message}\n`);
    else write(result.body);
    return result?.ok === true ? EXIT.done : EXIT.failed;
  },
});

function toggle(help: string) {
  return setting({ schema: flag, fallback: false, help, placeholder: '', flag: true });
}
