import type { Fault } from './fault.ts';

export const nginxReload: Fault = {
  name: 'nginx-reload',
  part: 'nginx',
  topologies: ['single', 'sentinel', 'cluster'],
  lives: 0,
  elections: 0,
  hold: [0, 500],
  how: 'nginx reads its configuration again',
  seen: 'nothing: its old processes finish what they hold',
  test: 'test/nginx/proxy.test.ts',
  async inject({ deployment }) {
    return { heal: () => deployment.nginx.reload() };
  },
};
