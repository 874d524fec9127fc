import { TOKEN_SETTING, URL_SETTING } from './client.ts';
import { defineCommand } from './command.ts';
import { publish } from './publish.ts';

export const push = defineCommand({
  name: 'push',
  summary: 'Put a message into a mailbox',
  operands: [
    { name: 'UID', help: 'whose mailbox' },
    { name: 'VALUE', help: 'the message; - reads it from stdin, to the last byte' },
  ],
  settings: { token: TOKEN_SETTING, url: URL_SETTING },
  shown: ['publish-key', 'host', 'port'],
  run: ({ own, operands, ...call }) =>
    publish({ ...call, operands, contact: own }, '/push', { uid: operands[0] ?? '' }, () => {}),
});
