/**
 * `node --import ./chaos/typescript.mjs file.ts`: runs TypeScript as it stands, without a build. Types are checked by
 * `npm run check`.
 */
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
