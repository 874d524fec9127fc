import { setting } from '../config/option.ts';
import { flag, text } from '../config/schemas.ts';
import { diagnose } from '../doctor/diagnose.ts';
import { type Severity, worstOf } from '../doctor/finding.ts';
import { reportJson, reportText } from '../doctor/report.ts';
import { defineCommand } from './command.ts';
import { EXIT } from './io.ts';

/** By the worst finding: what only deserves a look doesn't stop a deployment, what fails does. */
const EXIT_CODES: Readonly<Record<Severity, number>> = {
  ok: EXIT.done,
  info: EXIT.done,
  warn: EXIT.warned,
  fail: EXIT.failed,
};

/** For an operator before the first start, after a change, and when something is odd. Looks at a running server too. */
export const doctor = defineCommand({
  name: 'doctor',
  summary:
    'Look for what would bite in production, and say how to mend it. Exits 0 if nothing would, 3 with warnings, 1 if something fails',
  operands: [],
  settings: {
    nginx: setting({
      schema: text(),
      fallback: '',
      help: 'nginx configuration to look at too, with what it includes',
      placeholder: 'FILE',
      fallbackText: '',
    }),
    json: setting({ schema: flag, fallback: false, help: 'As JSON', placeholder: '', flag: true }),
  },
  shown: ['host', 'port', 'workers', 'backlog', 'admin-host', 'admin-port', 'redis-url', 'max-waiters', 'pid-file'],
  async run({ io, loaded: { config, configured }, own }) {
    // The other commands do without a Redis client, which takes a third of their time to load.
    const { readFacts } = await import('../doctor/readers/facts.ts');
    const findings = diagnose(await readFacts({ config, configured, nginx: own.nginx }));
    io.stdout.write(own.json ? reportJson(findings) : reportText(findings));
    return EXIT_CODES[worstOf(findings)];
  },
});
