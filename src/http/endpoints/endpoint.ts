import type { Route } from '../../metrics/meters.ts';
import type { CometResponse } from '../answer/comet-response.ts';

/** What answers the requests of one path. */
export interface Endpoint {
  /** Its name in the metrics. */
  readonly route: Route;
  readonly methods: readonly string[];
  /**
   * Answers, now or later. `query` is what stands behind the question mark, one character a byte. Throws or rejects
   * with a `CometError` to refuse, and with anything else for a defect.
   */
  handle(res: CometResponse, query: string): Promise<void> | undefined;
}
