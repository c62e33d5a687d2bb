import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test } from 'mocha';
import type * as Layers from '../../../scripts/layers.mjs';
import { loadScript } from '../support/scripts';

const MAP = `
| Folder       | What  | VS Code | May import          |
| ------------ | ----- | ------- | ------------------- |
| \`src/main.ts\` | start | yes     | all                 |
| \`src/api/\`    | calls | no      | types of \`model\`    |
| \`src/model/\`  | rules | no      | nothing of ours     |
| \`src/ui/\`     | words | yes     | all but \`main.ts\` and \`api\`, types of \`api\` |
| \`src/view/\`   | rows  | yes     | \`ui/time\`, \`model\`  |
`;

async function findings(files: Record<string, string>): Promise<{ against: string[]; circles: string[] }> {
  const { againstMap, circles, readImports, readMap } = await loadScript<typeof Layers>('layers.mjs');
  const src = mkdtempSync(path.join(tmpdir(), 'foundries-layers-'));
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(src, file)), { recursive: true });
      writeFileSync(path.join(src, file), text);
    }
    const imports = readImports(src);
    return { against: againstMap(readMap(MAP), imports), circles: circles(imports) };
  } finally {
    rmSync(src, { recursive: true, force: true });
  }
}

suite('The map of the house', () => {
  test('what it allows passes', async () => {
    assert.deepEqual(
      await findings({
        'main.ts': "import { a } from './api/a'; import * as vscode from 'vscode';",
        'api/a.ts': "import type { M } from '../model/m'; import { b } from './b';",
        'api/b.ts': "import fs from 'node:fs';",
        'ui/time.ts': "import type { A } from '../api/a'; import { m } from '../model/m'; import 'vscode';",
        'view/row.ts': "import { time } from '../ui/time'; export { m } from '../model/m';",
      }),
      { against: [], circles: [] },
    );
  });

  test('what it does not allow is named, however it is imported', async () => {
    const { against } = await findings({
      'api/a.ts': "import { m } from '../model/m'; import type { Uri } from 'vscode';",
      'model/m.ts': "export type { A } from '../api/a';\nexport const late = () => import('../ui/time');",
      'ui/time.ts': "import { a } from '../api/a'; export type M = import('../main').M;",
      'view/row.ts': "import { word } from '../ui/word';",
      'other/o.ts': '',
    });
    assert.deepEqual(against, [
      'src/api/a.ts may not import src/model/m.ts',
      'src/api/a.ts may not import types of vscode',
      'src/model/m.ts may not import types of src/api/a.ts',
      'src/model/m.ts may not import src/ui/time.ts',
      'src/other/o.ts: the map in CONTRIBUTING.md has no row for src/other',
      'src/ui/time.ts may not import src/api/a.ts',
      'src/ui/time.ts may not import types of src/main.ts',
      'src/view/row.ts may not import src/ui/word.ts',
    ]);
  });

  test('a circle is one of values that are needed at once', async () => {
    const { circles } = await findings({
      'model/a.ts': "import { b } from './b';",
      'model/b.ts': "import { c } from './c';",
      'model/c.ts': "import { b } from './b';",
      'model/d.ts': "import type { E } from './e'; export const later = () => import('./e');",
      'model/e.ts': "import { d } from './d';",
    });
    assert.deepEqual(circles, ['src/model/b.ts → src/model/c.ts → src/model/b.ts']);
  });
});
