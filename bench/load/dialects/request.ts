/** What a browser sends along. Empty for the bare requests of most scenarios. */
export type Fields = string;

export const BARE: Fields = '';

/** About what today's Chrome sends from a page of the same site that has set two cookies. */
export const BROWSER: Fields = [
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'Accept: application/json, text/plain, */*',
  'Accept-Language: en-GB,en;q=0.9,de;q=0.8',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Referer: http://localhost/app/inbox?folder=2026',
  'Cookie: session=5f2b8a6c1d9e4f70b3a2c8d7e6f5a4b3; theme=dark; _ga=GA1.1.1234567890.1700000000',
  'sec-ch-ua: "Chromium";v="126", "Google Chrome";v="126", "Not.A/Brand";v="8"',
  'sec-ch-ua-mobile: ?0',
  'sec-ch-ua-platform: "Linux"',
  'Sec-Fetch-Dest: empty',
  'Sec-Fetch-Mode: cors',
  'Sec-Fetch-Site: same-origin',
  'Connection: keep-alive',
  '',
].join('\r\n');

export function get(path: string, fields: Fields): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${fields}\r\n`;
}

export function post(path: string, type: string, body: string, fields: Fields = ''): string {
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n${fields}\r\n${body}`;
}

export const FORM = 'application/x-www-form-urlencoded';
