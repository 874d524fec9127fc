/**
 * What people are told of something that failed. A command that goes on by itself says so: its line would read as the
 * last word otherwise.
 */
export function failureText({ message, retryAfter }: { message: string; retryAfter: number | null }): string {
  return retryAfter === null ? message : `${message}; trying again`;
}
