/** What `comet nginx` is told besides the configuration of the server itself. */
export interface NginxOptions {
  /** A whole `nginx.conf`; otherwise a file to include in the `http` block of an existing one. */
  readonly full: boolean;
  /** Where nginx listens: a port, or an address with a port such as `203.0.113.7:443` or `[::]:80`. */
  readonly listen: string;
  /** Host names that are answered, separated by spaces; `_` for any. */
  readonly serverName: string;
  /** Machines that run this configuration; none means that nginx runs beside the workers. */
  readonly machines: readonly string[];
  /** Path of the PEM file with the certificate and its chain. */
  readonly tlsCertificate?: string | undefined;
  /** Path of the PEM file with the certificate's key. */
  readonly tlsKey?: string | undefined;
  /** Offers HTTP/2; needs TLS. */
  readonly http2: boolean;
  /** Directory with the site's own files, served under `/static/`. */
  readonly static?: string | undefined;
  /** Directory of the logs, `/var/log/nginx` unless told; a relative one stands below nginx' prefix. */
  readonly logDirectory?: string | undefined;
}

/** Some options cannot stand in an nginx configuration. All problems are in it, each naming its option. */
export class NginxOptionsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'NginxOptionsError';
    this.problems = problems;
  }
}
