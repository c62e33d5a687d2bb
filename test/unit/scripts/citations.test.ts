import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import type * as Citations from '../../../scripts/citations.mjs';
import { loadScript } from '../support/scripts';

/** The sign of a section; written so, the check of this file itself does not take the examples for citations. */
const S = '\u00a7';

const REFERENCE = `# The API

## 1. First

### 1.2 Second of the first

#### 1.2.3 \`GET /\`

- **10.4** An item
`;

async function brokenIn(text: string, file = 'src/api/a.ts'): Promise<string[]> {
  const { findBrokenCitations, readSections } = await loadScript<typeof Citations>('citations.mjs');
  const files = new Set(['docs/api.md', 'src/api/a.ts', 'src/api/builds.ts', 'test/bench/README.md', 'SECURITY.md']);
  return findBrokenCitations(new Map([[file, text]]), readSections(REFERENCE), files);
}

suite('Citations', () => {
  test('sections are headings and numbered items', async () => {
    const { readSections } = await loadScript<typeof Citations>('citations.mjs');
    assert.deepEqual([...readSections(REFERENCE)], ['1', '1.2', '1.2.3', '10.4']);
  });

  test('what is there passes', async () => {
    assert.deepEqual(
      await brokenIn(
        `/** See docs/api.md ${S}1.2, ${S}1.2.3 and ${S}10.4; \`builds.ts\`, \`api/builds.ts\`, ../../SECURITY.md. */\n` +
          'export const a = 1; // as in `test/bench/README.md`\n',
      ),
      [],
    );
  });

  test('a file that is not in the repository is told with its line', async () => {
    assert.deepEqual(await brokenIn('const a = 1;\n/* As in reference.md\n * and api/gone.ts. */'), [
      'src/api/a.ts:2: reference.md is not in the repository',
      'src/api/a.ts:3: api/gone.ts is not in the repository',
    ]);
  });

  test('a section that the reference lacks is told, in comments and in titles of tests', async () => {
    assert.deepEqual(await brokenIn(`// docs/api.md ${S}1.2, ${S}1.3\ntest('x (${S}7)', run);`), [
      `src/api/a.ts:1: docs/api.md has no ${S}1.3`,
      `src/api/a.ts:2: docs/api.md has no ${S}7`,
    ]);
  });

  test('names of files in code are no citations, nor are comments in strings', async () => {
    assert.deepEqual(await brokenIn("const a = ['gone.md', '// gone.md', `/* gone.md */`]; const b = /gone.md/;"), []);
  });

  test('comments within expressions and after them are read', async () => {
    assert.deepEqual(await brokenIn('call(a, /* gone.md */ b); // other.md'), [
      'src/api/a.ts:1: gone.md is not in the repository',
      'src/api/a.ts:1: other.md is not in the repository',
    ]);
  });

  test('public sources are named with their repository', async () => {
    assert.deepEqual(
      await brokenIn('// foundriesio/fioctl docs/guide.md, https://example.com/a/b.md, `*.test.ts`, <name>.md'),
      [],
    );
  });

  test('prose is checked as a whole', async () => {
    assert.deepEqual(await brokenIn(`See [more](docs/more.md) and ${S}1.`, 'README.md'), [
      'README.md:1: docs/more.md is not in the repository',
    ]);
  });
});
