/** The server runs as in production, with its keys; they are as secret as this file. */
export const PUBLISH_KEY = 'benchmark-publish-key-0123456789';
export const SIGN_SECRET = 'benchmark-sign-secret-0123456789';
