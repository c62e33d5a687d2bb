import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { suite, test } from 'mocha';
import { openFile, PLAIN_TYPING, serverValue, signIn } from './steps';
import { useSession } from './support/session';

suite('A folder that is not trusted', function () {
  this.timeout(150_000);
  const session = useSession({
    workspaceTrust: true,
    settings: { ...PLAIN_TYPING, 'security.workspace.trust.startupPrompt': 'never' },
  });

  test('everything works, and its settings cannot redirect a token', async () => {
    const { workbench, factory, folder, page } = session();
    const asked: unknown[] = [];
    const other = createServer((request, response) => {
      asked.push(request.url);
      response.end('{}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = other.address() as AddressInfo;
      mkdirSync(path.join(folder, '.vscode'));
      writeFileSync(
        path.join(folder, '.vscode', 'settings.json'),
        JSON.stringify({ 'foundries.apiUrl': `http://127.0.0.1:${port}` }),
      );
      await workbench.reload();
      await page.locator('.statusbar [id="status.workspaceTrust"]').waitFor();
      await signIn(workbench);
      await openFile(workbench, 'app.config');
      await workbench.editors.setText('[page]\nurl = "https://restricted.example/"\n');
      await workbench.editors.save();
      await workbench.editors.waitForDirty('app.config', false);
      assert.match((await serverValue(factory, 'app.config')) ?? '', /restricted\.example/);
      await workbench.screenshot('restricted-mode-dark');
      assert.deepEqual(asked, []);
    } finally {
      other.close();
    }
  });
});
