/** The try-it page: asks the workers themselves, each by its own port. */
import type { AccessFacts, ServerFacts } from '../wire.ts';
import { byId, setText } from './element.ts';
import { KeyTrial } from './key-trial.ts';
import { MailboxTrial } from './mailbox-trial.ts';
import { bindTheme } from './theme.ts';
import { Worker } from './worker.ts';

/** Panes that stand beside each other. */
const MOST_PANES = 4;

async function start(): Promise<void> {
  bindTheme(byId('theme', HTMLSelectElement));
  const response = await fetch('/api/server');
  // The server is of the same build: its answer has the type.
  const server = (await response.json()) as ServerFacts & AccessFacts;
  const bearer = byId('bearer', HTMLInputElement);
  const host = server.host === '' ? location.hostname : server.host;
  const workers = server.ports.map(
    // The key stays in this field: it is kept nowhere else, and is gone with the page. Each request takes what is there.
    (port, index) =>
      new Worker(index + 1, host.includes(':') && !host.startsWith('[') ? `[${host}]` : host, port, () =>
        bearer.value.trim(),
      ),
  );
  const watching = workers.length === 1 ? [...workers, ...workers] : workers.slice(0, MOST_PANES);
  const keys = new KeyTrial(workers, watching);
  const mailbox = new MailboxTrial(workers, watching.slice(0, 2));
  byId('access', HTMLElement).hidden = server.tryOut;
  byId('elsewhere', HTMLElement).hidden = server.host === '';
  setText(byId('own-origin', HTMLElement), `--cors-origin ${location.origin}`);
  setText(byId('machine', HTMLElement), server.machine);
  byId('access-form', HTMLFormElement).addEventListener('submit', (event) => event.preventDefault());
  keys.follow();
  mailbox.follow();
}

start().catch((error: Error) => setText(byId('trouble', HTMLElement), `▲ ${error.message}`));
