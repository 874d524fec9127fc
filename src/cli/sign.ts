import { setting } from '../config/option.ts';
import { count, flag } from '../config/schemas.ts';
import { signMailbox } from '../sign.ts';
import { defineCommand, report } from './command.ts';
import { EXIT } from './io.ts';

const MAX_SECONDS = 10 * 366 * 86_400;

export const sign = defineCommand({
  name: 'sign',
  summary: 'Print the sign that opens a mailbox, made with the first sign-secret',
  operands: [{ name: 'UID', help: 'whose mailbox' }],
  settings: {
    'expires-in': setting({
      schema: count(1, MAX_SECONDS),
      fallback: 86_400,
      help: 'Seconds for which the sign is good',
      placeholder: 'SECONDS',
    }),
    expires: setting({
      schema: flag,
      fallback: true,
      help: 'Make a sign that is good for ever; the server takes it only with sign-without-expires',
      placeholder: '',
      flag: true,
      fallbackText: '',
    }),
    query: setting({
      schema: flag,
      fallback: false,
      help: 'Print the query of a poll alone, for curl "http://127.0.0.1:8885/?$(comet sign --query UID)"',
      placeholder: '',
      flag: true,
    }),
  },
  shown: ['sign-secret', 'sign-without-expires', 'max-uid-bytes'],
  run({ io, loaded: { config }, own, operands: [uid = ''] }) {
    const [secret] = config.signSecret;
    const problems = [];
    if (secret === undefined) {
      problems.push({ place: 'sign-secret', message: 'is needed; set COMET_SIGN_SECRET to the one of the server' });
    }
    if (!own.expires && !config.signWithoutExpires) {
      problems.push({ place: '--no-expires', message: 'such signs are refused until sign-without-expires is on' });
    }
    if (uid === '' || /\p{Cc}/u.test(uid) || Buffer.byteLength(uid) > config.maxUidBytes) {
      const message = `must be 1 to ${config.maxUidBytes} bytes (max-uid-bytes) without control characters`;
      problems.push({ place: 'UID', message });
    }
    if (secret === undefined || problems.length > 0) return report(io, problems);

    const expires = own.expires ? String(Math.floor(Date.now() / 1000) + own.expiresIn) : '';
    const signature = signMailbox(secret, uid, expires);
    const query = new URLSearchParams({ uid, sign: signature, ...(expires === '' ? {} : { expires }) });
    if (own.query) {
      io.stdout.write(`${query}\n`);
      return EXIT.done;
    }
    io.stdout.write(`sign:    ${signature}\n`);
    io.stdout.write(`expires: ${expires === '' ? 'never' : expires}\n`);
    io.stdout.write(`query:   ${query}\n`);
    return EXIT.done;
  },
});
