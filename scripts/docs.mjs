/** `npm run docs`: writes what is made from the code and from the benchmark; `test/docs` holds them equal. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configurationPage } from '../dist/config/docs.js';
import { metricsPage } from '../dist/metrics/docs.js';
import { ProcessMetrics } from '../dist/metrics/process-metrics.js';
import { openapiPage } from '../dist/openapi.js';
import { costsFromBench, parseBenchResults } from '../dist/plan/costs-from-bench.js';
import { measuredModule, scalingPage } from '../dist/plan/docs.js';
import { predictions } from '../dist/plan/predictions.js';

const processMetrics = await new ProcessMetrics('1').dump();

const bench = parseBenchResults(JSON.parse(readFileSync(pathOf('bench/results/page.json'), 'utf8')));
const costs = costsFromBench(bench);

rewrite('docs/configuration.md', configurationPage);
rewrite('docs/metrics.md', (page) => metricsPage(page, processMetrics));
rewrite('docs/openapi.yaml', openapiPage);
rewrite('docs/openapi-admin.yaml', openapiPage);
rewrite('docs/scaling.md', (page) => scalingPage(page, costs, predictions(bench, costs)));
rewrite('src/plan/measured.ts', () => measuredModule(costs));

function rewrite(path, make) {
  const file = pathOf(path);
  writeFileSync(file, make(readFileSync(file, 'utf8')));
}

function pathOf(path) {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}
