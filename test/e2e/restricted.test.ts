import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { suite, test } from 'mocha';
import { openFile, PLAIN_TYPING, serverValue, signIn } from './steps';
import { useSession } from './support/session';

suite('A folder that is not trusted', () => {
  let asked: unknown[];
  const other = createServer((request, response) => {
    asked.push(request.url);
    response.end('{}');
  });

  setup(async () => {
    asked = [];
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  });

  teardown(() => {
    other.close();
  });

  const session = useSession({
    workspaceTrust: true,
    settings: { ...PLAIN_TYPING, 'security.workspace.trust.startupPrompt': 'never' },
    prepareFolder: (folder) => {
      mkdirSync(path.join(folder, '.vscode'));
      writeFileSync(
        path.join(folder, '.vscode', 'settings.json'),
        JSON.stringify({
          'foundries.apiUrl': `http://127.0.0.1:${(other.address() as AddressInfo).port}`,
          'foundries.factory': 'somebody-elses',
          'foundries.refresh.intervalSeconds': 0,
          'foundries.devices.offlineAfterHours': 100_000,
          'foundries.config.confirmGroupSaves': false,
          'foundries.config.askForReason': 'never',
        }),
      );
    },
  });

  test('everything works, and none of its settings counts: not the address, not the Factory, not what is asked', async () => {
    const { workbench, factory, page } = session();
    const { dialog, editors, quickInput } = workbench;
    await page.locator('.statusbar [id="status.workspaceTrust"]').waitFor();
    await signIn(workbench);
    await openFile(workbench, 'app.config');
    await editors.setText('[page]\nurl = "https://restricted.example/"\n');
    await editors.save();
    await editors.waitForDirty('app.config', false);
    assert.match((await serverValue(factory, 'app.config')) ?? '', /restricted\.example/);
    const view = workbench.view('Configuration');
    await view.showAlone();
    await view.expand('lab');
    await view.doubleClick('z-50-fioctl.toml');
    await editors.waitFor('z-50-fioctl.toml');
    await editors.setText('[pacman]\ntags = "main"\n');
    await editors.save();
    await dialog.waitFor('Send z-50-fioctl.toml to group lab?');
    await dialog.click('Send');
    await quickInput.waitFor(/Reason for the change/);
    await quickInput.type('Asked all the same');
    await quickInput.accept();
    await editors.waitForDirty('z-50-fioctl.toml', false);
    const sent = factory.emulator.requests.all().findLast(({ method }) => method === 'PATCH');
    assert.equal((JSON.parse(sent?.body ?? '{}') as { reason?: string }).reason, 'Asked all the same');
    assert.deepEqual(asked, []);
  });
});
