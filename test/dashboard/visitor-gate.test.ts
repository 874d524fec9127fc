import { describe, expect, it } from '@jest/globals';
import { refuseVisitor } from '../../src/dashboard/visitor-gate.ts';

const HOST = '127.0.0.1:8880';

type Who = 'local' | 'all' | 'off';

/** The status of the refusal, `null` for none. */
function refused(
  headers: Record<string, string>,
  remoteAddress = '127.0.0.1',
  dashboard: Who = 'local',
): number | null {
  const visit = { headers, socket: { remoteAddress } };
  return refuseVisitor(visit, { adminHost: 'Admin.example', dashboard })?.status ?? null;
}

describe('who may see the site', () => {
  it.each([HOST, 'localhost', 'LOCALHOST:8880', '[::1]:8880', '10.0.0.7:8880', 'admin.example:8880'])(
    'whoever asks under %p',
    (host) => {
      expect(refused({ host })).toBeNull();
    },
  );

  it.each([
    'evil.example:8880',
    '127.0.0.1.evil.example',
    'localhost.',
    '1.2.3.4.5',
    '[::1].evil.example',
    '',
    'a:b:c',
  ])('nobody under a name that anybody could have pointed here: %p', (host) => {
    expect(refused({ host })).toBe(403);
    expect(refused({ host }, '127.0.0.1', 'all')).toBe(403);
  });

  it('nobody without a host', () => {
    expect(refused({})).toBe(403);
  });

  it('this machine, or all, or nobody: as configured', () => {
    for (const here of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])
      expect(refused({ host: HOST }, here)).toBeNull();
    for (const there of ['10.0.0.7', '::ffff:10.0.0.7', '2001:db8::1', '']) {
      expect(refused({ host: HOST }, there)).toBe(403);
      expect(refused({ host: HOST }, there, 'all')).toBeNull();
    }
    expect(refused({ host: HOST }, '127.0.0.1', 'off')).toBe(404);
  });

  it.each(['cross-site', 'same-site'])('no page of another origin (%s), but one may link here', (site) => {
    const headers = { host: HOST, 'sec-fetch-site': site };
    expect(refused({ ...headers, 'sec-fetch-mode': 'cors' })).toBe(403);
    expect(refused({ ...headers, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' })).toBe(403);
    expect(refused({ ...headers, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' })).toBe(403);
    expect(refused({ ...headers, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' })).toBeNull();
  });

  it.each(['same-origin', 'none'])('its own pages and the address bar (%s)', (site) => {
    expect(refused({ host: HOST, 'sec-fetch-site': site, 'sec-fetch-mode': 'cors' })).toBeNull();
  });
});
