import type { CampaignResult } from '../campaign/result.ts';

/** What is known of the violations of these runs, in Markdown; of other runs, or of another commit, it says nothing. */
export function explanations({ environment, runs, notes = [] }: CampaignResult): string[] {
  const failed = new Set(runs.filter((run) => Object.keys(run.violations).length > 0).map(({ seed }) => seed));
  return notes
    .filter(({ commit, seeds }) => commit === environment.commit && seeds.every((seed) => failed.has(seed)))
    .map(({ seeds, text }) => `${text} (${seeds.length === 1 ? 'Seed' : 'Seeds'} ${seeds.join(', ')}.)`);
}
