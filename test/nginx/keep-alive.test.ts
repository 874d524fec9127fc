import { describe, expect, it } from '@jest/globals';
import { nginxKeepAliveSeconds, workerKeepAliveSeconds } from '../../src/keep-alive.ts';
import { renderNginx } from '../../src/nginx/render.ts';
import { configOf, optionsOf } from './config.ts';

describe('keep-alive between nginx and the workers', () => {
  it.each([0.001, 0.5, 1, 10, 33.3, 600])(
    'lets nginx close first and in time, with a drain of %d s',
    (drainSeconds) => {
      expect(nginxKeepAliveSeconds({ drainSeconds })).toBeLessThan(drainSeconds);
      expect(workerKeepAliveSeconds({ drainSeconds })).toBeGreaterThan(drainSeconds + 60);
    },
  );

  it('stands in the upstream', () => {
    expect(renderNginx(configOf({ drainSeconds: 10 }), optionsOf())).toContain('keepalive_timeout 5s;');
    expect(renderNginx(configOf({ drainSeconds: 1 }), optionsOf())).toContain('keepalive_timeout 500ms;');
  });

  it('is left out when a worker goes away without a drain', () => {
    const text = renderNginx(configOf({ drainSeconds: 0 }), optionsOf());
    expect(text.match(/\bkeepalive\w* \S+;/g)).toEqual(['keepalive_timeout 65;']);
  });
});
