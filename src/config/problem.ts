/** Something about the configuration that keeps the server from starting. Never holds the value of a secret. */
export interface Problem {
  /** Where to mend it: `--port`, `COMET_PORT`, `comet.json: "port"`. */
  readonly place: string;
  /** What would be right. */
  readonly message: string;
}

export function formatProblem(problem: Problem): string {
  return `${problem.place}: ${problem.message}`;
}
