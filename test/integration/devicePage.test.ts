import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until';
import { DEVICE, FACTORY } from './support/extension';
import { DeviceReportsScene, descriptionOf, HOSTILE, hostile, labelOf } from './support/deviceReportsScene';

suite('What devices are and report', () => {
  const scene = DeviceReportsScene.ofEach();
  const { run, below, child, deviceRow, page } = scene;

  suite('The page of a device', () => {
    test('says what is known, with names of users, and how far the target is behind', async () => {
      await run('foundries.showDeviceDetails', await deviceRow('sensor-03'));
      const document = await page();
      const text = document.getText();
      assert.equal(document.languageId, 'foundries-report');
      for (const part of [
        /^sensor-03: offline$/m,
        /^Identity:$/m,
        /Owner\s+Ada Example \([0-9a-f]{24}\)/,
        /Production device\s+no/,
        /Target\s+raspberrypi4-64-lmp-17, built /,
        /Newest\s+raspberrypi4-64-lmp-23, built .* Behind: it runs version 17, the newest is 23\./,
        /MAC address\s+dc:a6:32:/,
        /System\s+Raspberry Pi 4 Model B Rev 1\.4/,
        /Memory\s+4 GB/,
        /\| -----BEGIN PUBLIC KEY-----/,
        /\| polling_sec = 300/,
      ]) {
        assert.match(text, part);
      }
      const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
        'vscode.executeDocumentSymbolProvider',
        document.uri,
      );
      assert.deepEqual(symbols.map(({ name }) => name).slice(0, 3), ['Identity', 'Software', 'Network']);
      assert.deepEqual(scene.factory.seen().sort(), [
        'GET /ota/devices/sensor-03/',
        `GET /ota/factories/${FACTORY}/status/`,
        `GET /ota/factories/${FACTORY}/targets/`,
        `GET /ota/factories/${FACTORY}/targets/`,
        `GET /ota/factories/${FACTORY}/users/`,
      ]);
    });

    test('what is missing for it is said in its place', async () => {
      scene.factory.fault({ match: { path: '/status/' }, status: 403 });
      scene.factory.fault({ match: { path: '/users/' }, status: 403 });
      await run('foundries.showDeviceDetails', await deviceRow('sensor-03'));
      const text = (await page()).getText();
      assert.match(text, /Newest\s+Not known\. Not permitted/);
      assert.match(text, /Owner\s+[0-9a-f]{24}$/m);
    });

    test('texts of the network stay within their line, and are no markup', async () => {
      scene.factory.fault({
        match: { path: `/ota/devices/${DEVICE}/` },
        status: 200,
        body: {
          uuid: 'u',
          name: hostile,
          status: hostile,
          owner: hostile,
          tag: hostile,
          'docker-apps': HOSTILE,
          'target-name': hostile,
          'network-info': { hostname: hostile, local_ipv4: hostile, mac: hostile },
          group: { name: hostile, description: hostile },
          'public-key': hostile,
          'aktualizr-toml': hostile,
          'hardware-info': { class: 'system', product: hostile, children: { class: 'disk', vendor: hostile } },
          'secondary-ecus': [{ serial: hostile, 'target-name': hostile, 'hardware-id': hostile }],
          'active-config': { reason: hostile, files: [{ name: hostile }] },
        },
      });
      await run('foundries.showDeviceDetails', await deviceRow(DEVICE));
      const document = await page();
      const lines = document.getText().split('\n');
      const headings = lines.filter((line) => /^\S/.test(line)).slice(1);
      assert.deepEqual(
        headings.map((line) => line.replace(/ \(.*/, ':')),
        [
          'Identity:',
          'Software:',
          'Network:',
          'Applied configuration:',
          'Hardware:',
          'Secondary ECUs:',
          'Public key:',
          'Update client:',
        ],
      );
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(document.getText(), /[\u0000-\u0009\u000b-\u001f\u2028\u202a-\u202e\u2066-\u2069]/);
      assert.equal(lines.filter((line) => /^ {4}Name {2,}/.test(line)).length, 1);
      assert.equal(vscode.workspace.getConfiguration('editor', document).get('links'), false);
      const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
        'vscode.executeLinkProvider',
        document.uri,
      );
      assert.equal(links.filter(({ target }) => target?.scheme === 'command').length, 0);
    });

    test('rows of hostile names cannot be more than text', async () => {
      scene.factory.fault({
        match: { path: '/updates/' },
        status: 200,
        body: { updates: [{ 'correlation-id': hostile, target: hostile, version: hostile, time: hostile }] },
      });
      const [row] = await below(await child(await deviceRow(DEVICE), /^Updates$/));
      assert.doesNotMatch(labelOf(row), /[\n\u202e]/);
      scene.factory.fault({
        match: { path: '/updates/' },
        status: 200,
        body: [{ eventType: { id: hostile }, event: { details: hostile } }],
      });
      const [event] = await below(row);
      assert.doesNotMatch(labelOf(event) + descriptionOf(event), /[\n\u202e]/);
      for (const { value, isTrusted } of [row?.tooltip?.(), event?.tooltip?.()].flatMap((tip) => tip ?? [])) {
        assert.ok(isTrusted !== true && value.startsWith('**'));
        assert.doesNotMatch(value, /(?<!\\)\[|\n[^-\n]*#/);
      }
    });

    test('the raw JSON is the answer, and hides nothing', async () => {
      scene.factory.fault({
        match: { path: `/ota/devices/${DEVICE}/` },
        status: 200,
        body: { uuid: 'u', name: DEVICE, 'new-field': '\u202egnp' },
      });
      await run('foundries.showDeviceJson', await deviceRow(DEVICE));
      const document = await page();
      assert.equal(document.languageId, 'foundries-report-json');
      assert.deepEqual(JSON.parse(document.getText()), { uuid: 'u', name: DEVICE, 'new-field': '\u202egnp' });
      assert.ok(document.getText().includes('"\\u202egnp"'));
      const editor = vscode.window.activeTextEditor!;
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'x'));
      assert.equal(document.isDirty, false);
    });

    test('from the page to the JSON is no further request', async () => {
      await run('foundries.showDeviceDetails', await deviceRow(DEVICE));
      const { uri } = await page();
      scene.factory.seen();
      await run('foundries.showDeviceJson', uri);
      await until('the JSON', () => vscode.window.activeTextEditor?.document.languageId === 'foundries-report-json');
      assert.deepEqual(scene.factory.seen(), []);
    });

    test('follows its device while it is visible', async () => {
      await run('foundries.showDeviceDetails', await deviceRow(DEVICE));
      const document = await page();
      assert.match(document.getText(), /Device group\s+none/);
      await scene.factory.ask(`/ota/devices/${DEVICE}/`, 'PATCH', { group: 'lab' });
      await scene.factory.api.devices.refresh();
      await until('the group', () => /Device group\s+lab/.test(document.getText()));
    });

    test('a failed refresh keeps what is there and says how old it is', async () => {
      await run('foundries.showDeviceDetails', await deviceRow(DEVICE));
      const document = await page();
      scene.factory.fault({ match: { path: `/ota/devices/${DEVICE}/` }, status: 403 });
      await run('foundries.refreshPage', document.uri);
      await until('the reason', () => /As of .* Not permitted/.test(document.getText()));
      assert.match(document.getText(), /^Identity:$/m);
      await run('foundries.refreshPage', document.uri);
      await until('a page without it', () => !document.getText().includes('Not permitted'));
    });

    test('a device that is not there is said so, and Refresh tries again', async () => {
      scene.factory.fault({ match: { path: `/ota/devices/${DEVICE}/` }, status: 404 });
      await run('foundries.showDeviceDetails', await deviceRow(DEVICE));
      const document = await page();
      assert.match(document.getText(), /^device-01: this could not be read\..*does not know it/);
      await run('foundries.refreshPage', document.uri);
      await until('the page', () => /^Identity:$/m.test(document.getText()));
    });
  });
});
