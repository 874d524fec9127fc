import { main } from '../../src/cli/program.ts';

export interface MainRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process, under an environment and a stdin of its own. */
export async function runMain(args: readonly string[], env: NodeJS.ProcessEnv = {}, stdin = ''): Promise<MainRun> {
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const input = (async function* () {
    yield Buffer.from(stdin);
  })();
  const code = await main(args, { env, stdin: input, stdout: output('stdout'), stderr: output('stderr') });
  return { code, ...written };
}
