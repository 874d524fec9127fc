import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readDocument } from './markdown.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const inDocs = await readdir(join(ROOT, 'docs'), { recursive: true });
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...inDocs.map((path) => `docs/${path}`),
].filter((path) => path.endsWith('.md'));

/** The anchor of a heading, as GitHub makes it. */
function anchorOf(heading: string): string {
  const plain = heading.replace(/[`*]|\]\([^)]*\)|\[/g, '').toLowerCase();
  return plain.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
}

async function anchorsOf(path: string): Promise<string[]> {
  const text = (await readDocument(path)).replace(/^```.*?^```/gms, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

describe.each(DOCUMENTS)('%s', (path) => {
  it('links to what is there', async () => {
    const text = (await readDocument(path)).replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '``');
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken: string[] = [];
    for (const link of links.filter((to) => !/^[a-z]+:/.test(to))) {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : join(dirname(path), file);
      const found = existsSync(join(ROOT, target));
      if (!found || (anchor !== undefined && !(await anchorsOf(target)).includes(anchor))) broken.push(link);
    }
    expect(broken).toEqual([]);
  });
});
