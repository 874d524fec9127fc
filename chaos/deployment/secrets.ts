/** Known to nobody but the campaign's own servers, which listen on loopback. */
export const PUBLISH_KEY = 'publish-key-of-the-campaign';
export const SIGN_SECRET = 'sign-secret-of-the-campaign';
