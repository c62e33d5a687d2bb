import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { suite, test } from 'mocha';
import { openFile, PLAIN_TYPING, signIn } from './steps';
import { menuItems } from './support/menus';
import { useSession } from './support/session';

const HUB = 'hub.foundries.io/getting-started';

for (const theme of ['dark', 'light'] as const) {
  suite(`Languages, ${theme}`, function () {
    this.timeout(120_000);
    const session = useSession({ theme, settings: PLAIN_TYPING });
    const workbench = () => session().workbench;
    const keyboard = () => workbench().page.keyboard;
    const shot = (name: string) => workbench().screenshot(`language-${theme}-${name}`);

    test('update settings: suggestions, hover, lens, problems', async () => {
      await signIn(workbench());
      await openFile(workbench(), 'z-50-fioctl.toml');
      const { editors, page } = workbench();
      await editors.setText('# Bench device\n[pacman]\ntags = "main"\ncompose_apps = ""\n');
      await page.getByText('newest target for main').waitFor();
      await keyboard().press('ArrowUp');
      await keyboard().press('End');
      await keyboard().press('ArrowLeft');
      await keyboard().press('Control+Space');
      await page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'shellhttpd' }).waitFor();
      await shot('01-apps');
      await keyboard().press('Escape');
      await editors.setText('# Bench device\n[pacman]\n');
      await keyboard().press('Control+Space');
      await page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'compose_apps' }).first().waitFor();
      await shot('02-keys');
      await keyboard().press('Escape');
      await editors.setText(
        '# Bench device\n[pacman]\ntags = "main"\ncompose_apps = "shellhttpd,shelhttpd"\nstorage_watermark = 90\n\n[logger]\nloglevel = 2\n',
      );
      await editors.squiggles('error').first().waitFor();
      await editors.squiggles('warning').first().waitFor();
      await page.getByText('storage_watermark', { exact: true }).first().hover();
      await page.locator('.monaco-hover:visible').filter({ hasText: 'Default: 80' }).first().waitFor();
      await shot('03-hover');
      await workbench().runCommand('Problems: Focus on Problems View');
      await page.getByText('must be a text in quotes').first().waitFor();
      await shot('04-problems');
    });

    test('a Compose app of the workspace', async () => {
      const write = (file: string, text: string) => {
        const full = path.join(session().folder, file);
        mkdirSync(path.dirname(full), { recursive: true });
        writeFileSync(full, text);
      };
      write(
        '.git/config',
        '[remote "origin"]\n\turl = https://source.foundries.io/factories/getting-started/containers.git\n',
      );
      write('shellhttpd/Dockerfile', 'FROM alpine\n');
      write(
        'shellhttpd/docker-compose.yml',
        `services:\n  httpd:\n    image: ${HUB}/shellhttpd:latest\n  proxy:\n    image: ${HUB}/proxy:latest\n`,
      );
      write('api/docker-compose.yaml', 'services: {}\n');
      write('old.disabled/docker-compose.yml', 'services: {}\n');
      const { page } = workbench();
      await workbench().runCommand('File: Focus on Files Explorer');
      const row = (name: string) =>
        page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: name }).first();
      await row('shellhttpd').click();
      await row('docker-compose.yml').dblclick();
      await page.getByText('Which Devices Run This?').waitFor();
      await workbench().editors.squiggles('warning').first().waitFor();
      await shot('05-compose');
      await row('shellhttpd').click({ button: 'right' });
      const items = await menuItems(page);
      await shot('06-menu');
      assert.ok(
        ['Enable App on Device…', 'Which Devices Run This App?', 'Show App in Targets'].every((item) =>
          items.includes(item),
        ),
        items.join(),
      );
      await keyboard().press('Escape');
      await page.getByText('Which Devices Run This?').click();
      const { quickInput } = workbench();
      await quickInput.waitFor(/report the app shellhttpd/);
      await page.locator('.quick-input-list .monaco-list-row').first().waitFor();
      await shot('07-devices');
      assert.ok((await quickInput.rows()).length > 0);
      await keyboard().press('Escape');
    });
  });
}
