import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CampaignResult } from '../campaign/result.ts';
import { readResult } from '../campaign/result.ts';
import { TOPOLOGIES } from '../deployment/store.ts';
import type { PageInput } from './page.ts';

/** What the page is made from: `<topology>.json` and `reload.json` of this folder, those that are there. */
export function keptResults(folder: string): PageInput {
  const read = (name: string) => {
    const file = join(folder, `${name}.json`);
    return existsSync(file) ? readResult(file) : null;
  };
  const campaigns = TOPOLOGIES.map(read).filter((result): result is CampaignResult => result?.kind === 'campaign');
  const reload = read('reload');
  return { campaigns, reload: reload?.kind === 'reload' ? reload : null };
}
