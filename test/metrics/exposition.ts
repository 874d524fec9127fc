import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Every series of an exposition text with its value. Fails on a series that stands in it twice. */
export function seriesOf(exposition: string): Map<string, number> {
  const series = new Map<string, number>();
  for (const line of exposition.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const space = line.lastIndexOf(' ');
    const name = line.slice(0, space);
    if (series.has(name)) throw new Error(`${name} stands in the exposition twice`);
    series.set(name, Number(line.slice(space + 1)));
  }
  return series;
}

/** The type of each metric of an exposition text. */
export function typesOf(exposition: string): Map<string, string> {
  return new Map([...exposition.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
}

/** The series that may only rise: those of counters and histograms. */
export function risingOf(exposition: string): Map<string, number> {
  const types = typesOf(exposition);
  const family = (series: string) => series.split('{', 1)[0] as string;
  const rising = [...seriesOf(exposition)].filter(([series]) => {
    const name = family(series);
    return types.get(name) === 'counter' || types.get(name.replace(/_(bucket|sum|count)$/, '')) === 'histogram';
  });
  return new Map(rising);
}

/** What promtool says to its standard input, and how it ended: 0 without a complaint. */
export async function promtool(args: readonly string[], input = ''): Promise<{ code: number | null; output: string }> {
  const child = spawn('promtool', args);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, output: stdout + stderr };
}
