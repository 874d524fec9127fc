import { describe, expect, it } from '@jest/globals';
import { refuseVisitor } from '../../src/dashboard/visitor-gate.ts';

const HOST = '127.0.0.1:8880';

describe('who may see the site', () => {
  it.each([HOST, 'localhost', 'LOCALHOST:8880', '[::1]:8880', '10.0.0.7:8880', 'admin.example:8880'])(
    'whoever asks under %p',
    (host) => {
      expect(refuseVisitor({ host }, 'Admin.example')).toBeNull();
    },
  );

  it.each([
    'evil.example:8880',
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.',
    '1.2.3.4.5',
    '[::1].evil.example',
    '',
    'a:b:c',
  ])('nobody under a name that anybody could have pointed here: %p', (host) => {
    expect(refuseVisitor({ host }, '127.0.0.1')).toMatchObject({ status: 403 });
  });

  it('nobody without a host', () => {
    expect(refuseVisitor({}, '127.0.0.1')).toMatchObject({ status: 403 });
  });

  it.each(['cross-site', 'same-site'])('no page of another origin (%s), but one may link here', (site) => {
    const headers = { host: HOST, 'sec-fetch-site': site };
    expect(refuseVisitor({ ...headers, 'sec-fetch-mode': 'cors' }, '')).toMatchObject({ status: 403 });
    expect(refuseVisitor({ ...headers, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }, '')).not.toBeNull();
    expect(refuseVisitor({ ...headers, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, '')).not.toBeNull();
    expect(refuseVisitor({ ...headers, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, '')).toBeNull();
  });

  it.each(['same-origin', 'none'])('its own pages and the address bar (%s)', (site) => {
    expect(refuseVisitor({ host: HOST, 'sec-fetch-site': site, 'sec-fetch-mode': 'cors' }, '')).toBeNull();
  });
});
