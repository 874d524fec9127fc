import { request } from 'node:http';

/** A server on this machine that takes longer is none, or none that helps. */
const ANSWER_MS = 2000;

/** Whether what listens there answers `/healthz` as a comet server does. Never rejects; `host` as one binds it. */
export function isCometAt(host: string, port: number): Promise<boolean> {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return new Promise((resolve) => {
    const asked = request({ host: reachable, port, path: '/healthz', agent: false, timeout: ANSWER_MS }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      answer.once('error', () => resolve(false));
      answer.once('end', () => resolve(body.includes('"error_code":0')));
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
    asked.end();
  });
}
