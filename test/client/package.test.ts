import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';

const DIST = new URL('../../dist/client/', import.meta.url);

describe('the client that is shipped', () => {
  it('has less than 4 KB for pages, compressed, and needs nothing else', async () => {
    const code = await readFile(new URL('comet.min.js', DIST));
    expect(gzipSync(code, { level: 9 }).length).toBeLessThan(4096);
    expect(code.toString()).not.toMatch(/\bimport\b|\brequire\b|\bprocess\b/);
  });

  it('is found by its name, small where it is not Node that asks', async () => {
    expect(import.meta.resolve('comet-cluster/client')).toBe(new URL('comet.js', DIST).href);
    const text = await readFile(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8');
    const { exports } = JSON.parse(text) as { exports: { './client': Record<string, string> } };
    expect(exports['./client']).toEqual({
      types: './dist/client/comet.d.ts',
      node: './dist/client/comet.js',
      default: './dist/client/comet.min.js',
    });
    // Both are the same program.
    const names = ['comet.js', 'comet.min.js'].map(async (name) => Object.keys(await import(new URL(name, DIST).href)));
    for (const exported of await Promise.all(names)) expect(exported.sort()).toEqual(['Comet', 'CometError']);
  });
});
