import type { ReloadResult } from '../campaign/result.ts';

/** What the rolling reloads under load came to: a paragraph in Markdown. */
export function reloads({ environment, requests, failed, reloads: count, seconds, audience }: ReloadResult): string {
  const sent = `${failed.toLocaleString('en')} of ${requests.toLocaleString('en')} requests failed, during ${count} reloads in ${Math.round(seconds)} s`;
  const where = `${environment.date}, commit ${environment.commit}, load of the machine ${environment.load}`;
  return [
    `**Rolling reloads under load**, through nginx: ${sent} (${where}).`,
    ...(audience === undefined
      ? []
      : [
          `Beside them ${audience.followers} event streams and WebSockets got ${audience.entries.toLocaleString('en')} entries and came back ${audience.returns.toLocaleString('en')} times; ${audience.failed.toLocaleString('en')} times something was missed, came twice or out of order, or was refused.`,
        ]),
  ].join(' ');
}
