/** `npm run docs`: writes what is made from the code into `docs/`; `test/docs` holds the two equal. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configurationPage } from '../dist/config/docs.js';
import { metricsPage } from '../dist/metrics/docs.js';
import { ProcessMetrics } from '../dist/metrics/process-metrics.js';
import { openapiPage } from '../dist/openapi.js';

const processMetrics = await new ProcessMetrics('1').dump();

rewrite('configuration.md', configurationPage);
rewrite('metrics.md', (page) => metricsPage(page, processMetrics));
rewrite('openapi.yaml', openapiPage);
rewrite('openapi-admin.yaml', openapiPage);

function rewrite(name, make) {
  const file = fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
  writeFileSync(file, make(readFileSync(file, 'utf8')));
}
