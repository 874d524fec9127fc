/** What takes the place of a secret, wherever one would be shown. */
export const REDACTED = '[redacted]';

const SECRETS: readonly (readonly [RegExp, string])[] = [
  // The user goes with the password: with some providers the user is the password.
  [/((?:rediss?(?:\+\w+)?|unix):\/\/)[^\s"'/]*@/gi, `$1${REDACTED}@`],
  [/(bearer\s+)(?!<)[^\s"'\\]+/gi, `$1${REDACTED}`],
  // Every JWT begins with the base64 of `{"`, or of `{` and white space.
  [/\b(?:ey[AJ]|ewo)[\w-]{4,}\.[\w-]+\.[\w-]*/g, REDACTED],
  [/([?&](?:sign|jwt|token)=)[^&\s"'\\]+/gi, `$1${REDACTED}`],
];

/** A text without what looks like a secret: the user and password of a Redis URL, a bearer token (not `<publish key>`), a JWT, a sign in a URL. */
export function redactText(text: string): string {
  return SECRETS.reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), text);
}
