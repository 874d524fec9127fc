import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Paths of two PEM files, as the options of an nginx configuration name them. */
export interface Certificate {
  readonly tlsCertificate: string;
  readonly tlsKey: string;
}

/** Makes a self-signed certificate in this directory. */
export async function makeCertificate(dir: string): Promise<Certificate> {
  const [tlsCertificate, tlsKey] = [join(dir, 'certificate.pem'), join(dir, 'key.pem')];
  const subject = ['-subj', '/CN=comet.example.org', '-days', '1', '-nodes'];
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', tlsKey, '-out', tlsCertificate, ...subject]);
  return { tlsCertificate, tlsKey };
}
