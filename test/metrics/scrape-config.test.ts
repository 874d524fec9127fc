import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { OPTIONS } from '../../src/config/options.ts';
import { promtool } from './exposition.ts';

const config = fileURLToPath(new URL('../../deploy/prometheus/prometheus.yml', import.meta.url));

describe('deploy/prometheus/prometheus.yml', () => {
  it('is valid for Prometheus', async () => {
    const { code, output } = await promtool(['check', 'config', config]);
    expect(output).toContain('SUCCESS');
    expect(code).toBe(0);
  });

  it('scrapes where the admin server listens by default', () => {
    const target = `${OPTIONS['admin-host'].fallback}:${OPTIONS['admin-port'].fallback}`;
    expect(readFileSync(config, 'utf8')).toContain(`- ${target}\n`);
  });
});
