import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'mocha';
import { openFile, PLAIN_TYPING, signIn } from './steps';
import { Explorer } from './support/explorer';
import { menuItemsOf } from './support/menus';
import { useSession } from './support/session';

const HUB = 'hub.foundries.io/getting-started';
const WORKSPACE = {
  '.git/config': '[remote "origin"]\n\turl = https://source.foundries.io/factories/getting-started/containers.git\n',
  'shellhttpd/Dockerfile': 'FROM alpine\n',
  'shellhttpd/docker-compose.yml': `services:\n  httpd:\n    image: ${HUB}/shellhttpd:latest\n  proxy:\n    image: ${HUB}/proxy:latest\n`,
  'api/docker-compose.yaml': 'services: {}\n',
  'old.disabled/docker-compose.yml': 'services: {}\n',
};

suite('Languages', () => {
  const session = useSession({ settings: PLAIN_TYPING });

  test('update settings: suggestions, hover, lens, problems', async () => {
    const { workbench } = session();
    await signIn(workbench);
    await openFile(workbench, 'z-50-fioctl.toml');
    const { editors, page } = workbench;
    const { keyboard } = page;
    const suggestion = (text: string) =>
      page.locator('.suggest-widget .monaco-list-row').filter({ hasText: text }).first();
    await editors.setText('# Bench device\n[pacman]\ntags = "main"\ncompose_apps = ""\n');
    await page.getByText('newest target for main').waitFor();
    await keyboard.press('ArrowUp');
    await keyboard.press('End');
    await keyboard.press('ArrowLeft');
    await keyboard.press('Control+Space');
    await suggestion('shellhttpd').waitFor();
    await keyboard.press('Escape');
    await editors.setText('# Bench device\n[pacman]\n');
    await keyboard.press('Control+Space');
    await suggestion('compose_apps').waitFor();
    await keyboard.press('Escape');
    await editors.setText(
      '# Bench device\n[pacman]\ntags = "main"\ncompose_apps = "shellhttpd,shelhttpd"\nstorage_watermark = 90\n\n[logger]\nloglevel = 2\n',
    );
    await editors.squiggles('error').first().waitFor();
    await editors.squiggles('warning').first().waitFor();
    await page.getByText('storage_watermark', { exact: true }).first().hover();
    await page.locator('.monaco-hover:visible').filter({ hasText: 'Default: 80' }).first().waitFor();
    await workbench.runCommand('Problems: Focus on Problems View');
    await page.getByText('must be a text in quotes').first().waitFor();
  });
});

suite('Languages of the files of a workspace', () => {
  const session = useSession({
    theme: 'light',
    settings: PLAIN_TYPING,
    prepareFolder: (folder) => {
      for (const [file, text] of Object.entries(WORKSPACE)) {
        mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
        writeFileSync(path.join(folder, file), text);
      }
    },
  });

  test('a Compose app of the workspace', async () => {
    const { workbench, page } = session();
    const { editors, quickInput } = workbench;
    await signIn(workbench);
    await workbench.openActivity('Explorer');
    const explorer = new Explorer(workbench);
    await explorer.open(/^shellhttpd/);
    await explorer.openFile(/^docker-compose\.yml/);
    const lens = page.getByText('Which Devices Run This?');
    await lens.waitFor();
    await editors.squiggles('warning').first().waitFor();
    const items = await menuItemsOf(page, explorer.row(/^shellhttpd/).first());
    assert.ok(
      ['Enable App on Device…', 'Which Devices Run This App?', 'Show App in Targets'].every((item) =>
        items.includes(item),
      ),
      items.join(),
    );
    await lens.click();
    await quickInput.waitFor(/report the app shellhttpd/);
    await quickInput.waitForRows();
  });
});
