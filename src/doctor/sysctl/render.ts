import type { Config } from '../../config/options.ts';
import { LEFT_ALONE } from './advice.ts';
import { kernelSettings } from './settings.ts';

const WIDTH = 100;

/** A file for `/etc/sysctl.d`; `config.maxWaiters` as it was written, 0 for the machine's own. */
export function renderSysctl(config: Config): string {
  const head = comment(
    'Made by "comet sysctl" from the configuration of the server. As /etc/sysctl.d/60-comet.conf it takes effect with "sysctl --system" and at each boot. Keep what your machine already has higher. Sockets take the new values when they are opened: restart comet and nginx.',
  );
  const settings = kernelSettings(config).map(({ name, value, why }) => [...comment(why), `${name} = ${value}`]);
  const alone = [
    ...comment('Left alone on purpose, although guides say otherwise:'),
    ...LEFT_ALONE.flatMap(([names, reason]) => ['#', ...comment(names), ...wrap(reason).map((line) => `#   ${line}`)]),
  ];
  return `${[head, ...settings, alone].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function comment(text: string): string[] {
  return wrap(text).map((line) => `# ${line}`);
}

function wrap(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
