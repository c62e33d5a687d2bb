import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { openFile, serverValue, signIn } from './steps';
import { useSession } from './support/session';
import { until } from './support/waiting';

const LAB = '/ota/factories/getting-started/device-groups/lab/config/';

for (const theme of ['dark', 'light'] as const) {
  suite(`Any two versions, restores and secrets (${theme})`, function () {
    this.timeout(120_000);
    const session = useSession({ theme });
    const workbench = () => session().workbench;
    const server = () => session().factory;
    const shot = (name: string) => workbench().screenshot(`${name}-${theme}`);
    const write = async (reason: string, files: Record<string, string>, more: object = {}) => {
      const response = await fetch(`${server().url}/_emulator/config`, {
        method: 'POST',
        body: JSON.stringify({
          device: 'device-01',
          files: Object.entries(files).map(([name, value]) => ({ name, value, ...more })),
          reason,
        }),
      });
      assert.ok(response.ok, await response.text());
      await fetch(`${server().url}/_emulator/clock`, { method: 'POST', body: '{"advanceSeconds": 90}' });
    };
    const patchLab = (file: object, reason: string) =>
      fetch(`${server().url}${LAB}`, {
        method: 'PATCH',
        headers: { 'OSF-TOKEN': 'demo-token' },
        body: JSON.stringify({ reason, files: [file] }),
      });

    test('two entries of a list are compared by their buttons', async () => {
      await write('First try', {
        'app.config': '[page]\nurl = "https://one.example/"\n',
        'limits.json': '{"cpu": 1}\n',
      });
      await write('Second try', {
        'app.config': '[page]\nurl = "https://two.example/"\n',
        'limits.json': '{"cpu": 2}\n',
      });
      await write('Third try', { 'app.config': '[page]\nurl = "https://three.example/"\n' });
      await signIn(workbench());
      const { quickInput, editors } = workbench();
      await workbench()
        .view('Devices')
        .contextMenu('device-01', /Show Config History/);
      await quickInput.waitFor(/History of device-01/);
      const first = quickInput.row('First try');
      await first.hover();
      await first.getByRole('button', { name: /Select for Compare/ }).click();
      await until('the mark of the selected one', async () =>
        (await quickInput.rows()).some(({ description }) => description.includes('selected for compare')),
      );
      const second = quickInput.row('Second try');
      await second.hover();
      await shot('history-selected');
      await second.getByRole('button', { name: /Compare with Selected/ }).click();
      await editors.waitFor(/device-01: .*↔/);
      await workbench().page.waitForTimeout(1500);
      await shot('history-two-versions');
    });

    test('a comparison of several files has Restore in its title; asked, then everything is sent', async () => {
      const { editors, dialog } = workbench();
      await editors.titleAction(/Restore Config Version/);
      const question = await dialog.waitFor(/Restore device-01 as of/);
      assert.match(question, /app\.config: changed/);
      await shot('restore-question');
      await dialog.click('Restore');
      await until('the second try', async () =>
        ((await serverValue(server(), 'app.config')) ?? '').includes('two.example'),
      );
    });

    test('a group: what a restore reaches, in one question', async () => {
      await patchLab({ name: 'motd', value: 'Hello\n', unencrypted: true }, 'Greet');
      await patchLab({ name: 'motd', value: 'Good bye\n', unencrypted: true }, 'Say good bye');
      await patchLab({ name: 'npmtok', value: '********', unencrypted: false }, 'A secret');
      await patchLab({ name: 'AWS_REGION', value: 'eu-north-1', unencrypted: false }, 'A region');
      const { quickInput, dialog, editors } = workbench();
      const view = workbench().view('Configuration');
      await view.showAlone();
      await view.expand('lab');
      await view.contextMenu('motd', /Show Config History/);
      await quickInput.waitFor(/History of motd of group lab/);
      const row = quickInput.row('Greet');
      await row.hover();
      await row.getByRole('button', { name: /Restore This Version/ }).click();
      const question = await dialog.waitFor(/Restore motd of group lab as of/);
      assert.match(question, /It reaches \d+ devices/);
      await shot('restore-group-question');
      await workbench().page.keyboard.press('Escape');
      await view.doubleClick('npmtok');
      await editors.waitFor('npmtok');
      await editors.waitForText(/is a secret of group lab/);
      await shot('secret-page-group');
      await view.doubleClick('AWS_REGION');
      await editors.waitFor('AWS_REGION');
      await editors.squiggles('info').first().waitFor();
      await workbench().page.waitForTimeout(500);
      await shot('secret-shown-group');
      await workbench().view('Devices').showAlone();
    });

    test('a value that the device cannot decrypt is marked in the tree and in the text', async () => {
      await write('Oops', { leak: 's3cret\n' }, { unencrypted: false });
      await workbench().runCommand('Foundries: Refresh');
      await openFile(workbench(), 'leak');
      const { editors, dialog } = workbench();
      await editors.squiggles('warning').first().waitFor();
      const spoken = (await workbench().view('Devices').row('leak').getAttribute('aria-label')) ?? '';
      assert.match(spoken, /not encrypted, .*the device cannot decrypt it/);
      await editors.focus();
      await workbench().page.keyboard.press('ControlOrMeta+Home');
      await workbench().page.keyboard.press('ControlOrMeta+.');
      await workbench().page.waitForTimeout(1500);
      await shot('secret-exposed');
      await workbench().page.keyboard.press('Escape');
      await workbench()
        .view('Devices')
        .contextMenu('leak', /Make Secret/);
      await dialog.waitFor(/Make leak of device-01 secret/);
      await shot('make-secret-question');
      await dialog.click('Make Secret');
      await editors.waitForText(/The value of leak is encrypted/);
      await shot('secret-page-device');
    });
  });
}
