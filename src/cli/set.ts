import { setting } from '../config/option.ts';
import { text } from '../config/schemas.ts';
import { TOKEN_SETTING, URL_SETTING } from './client.ts';
import { defineCommand } from './command.ts';
import { publish } from './publish.ts';

export const set = defineCommand({
  name: 'set',
  summary: 'Write a value to a key, and print its cursor',
  operands: [
    { name: 'KEY', help: 'the key' },
    { name: 'VALUE', help: 'the value; - reads it from stdin, to the last byte' },
  ],
  settings: {
    ttl: setting({
      schema: text(),
      fallback: '',
      help: 'Seconds until the key expires',
      placeholder: 'SECONDS',
      fallbackText: 'never',
    }),
    id: setting({
      schema: text(),
      fallback: '',
      help: 'Idempotency id: the same one is written once, however often it is sent',
      placeholder: 'ID',
      fallbackText: 'none',
    }),
    token: TOKEN_SETTING,
    url: URL_SETTING,
  },
  shown: ['publish-key', 'host', 'port'],
  run: ({ own, operands, ...call }) =>
    publish(
      { ...call, operands, contact: own },
      '/set',
      { key: operands[0] ?? '', ttl: own.ttl, id: own.id },
      (body) => {
        call.io.stdout.write(`${String(body.cursor)}\n`);
      },
    ),
});
