import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import type { Device } from '../../src/model/device';
import type { Row } from '../../src/views/rows/row';
import { DEVICE, FACTORY, SignedIn, TOKEN, until } from './support';

/** Everything that could become more than text somewhere. */
const HOSTILE = [
  '[x](command:workbench.action.quit)',
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '\u202egnp.evil\u2066',
  'line one\nIdentity:\r\n    Name  fake\u2028two',
  '`| ---`|$(trash)',
];
const hostile = HOSTILE.join(' ');

suite('What devices are and report', () => {
  let factory: SignedIn;
  setup(async () => {
    factory = await SignedIn.start();
    await factory.api.devices.children();
    factory.seen();
  });
  teardown(() => factory.stop());

  const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);
  const below = (row?: Row) => factory.api.devices.children(row);
  const fault = (rule: Parameters<SignedIn['server']['emulator']['faults']['add']>[0]) =>
    factory.server.emulator.faults.add(rule);
  const deviceRow = async (name: string) => {
    const rows = await below();
    return rows.find((row) => (row as Row & { device?: Device }).device?.name === name)!;
  };
  const child = async (row: Row, label: RegExp) => {
    const rows = await below(row);
    const found = rows.find((candidate) => label.test(labelOf(candidate)));
    assert.ok(found, `${String(label)} among ${rows.map(labelOf).join(', ')}`);
    return found;
  };
  const page = async () => {
    await until('a page', () => vscode.window.activeTextEditor?.document.uri.scheme === 'foundries-device');
    return vscode.window.activeTextEditor!.document;
  };

  suite('Rows below a device', () => {
    test('come after its files, and ask nothing before they are opened', async () => {
      const rows = await below(await deviceRow(DEVICE));
      assert.deepEqual(rows.slice(-3).map(labelOf), ['Updates', 'Actions & Tests', 'Details']);
      const [apps, ...files] = rows.slice(0, -3);
      assert.equal(labelOf(apps), 'Apps');
      assert.ok(files.length > 0 && files.every((row) => 'uri' in row));
      assert.deepEqual(factory.seen(), [`GET /ota/devices/${DEVICE}/config/`]);
    });

    test('updates: one request for the list, one for each that is opened, and its result from then on', async () => {
      const updates = await child(await deviceRow('display-04'), /^Updates$/);
      factory.seen();
      const [failed, current] = await below(updates);
      assert.deepEqual(factory.seen(), ['GET /ota/devices/display-04/updates/']);
      assert.match(labelOf(failed), /^lmp-\d+$/);
      assert.doesNotMatch(descriptionOf(failed), /failed/);
      assert.match(descriptionOf(current), /^current · /);
      const events = await below(failed);
      assert.equal(factory.seen().length, 1);
      assert.equal(labelOf(events[0]), 'Download started');
      const last = events.at(-1);
      assert.match(labelOf(last), /failed/);
      assert.match(descriptionOf(last), /^after .+ · (Failed to start Compose App|Insufficient storage)/);
      assert.match(descriptionOf(failed), /(download|installation) failed after \d/);
      assert.match(failed?.item().accessibilityInformation?.label ?? '', /^update to raspberrypi4.*failed after/);
      await below(failed);
      assert.deepEqual(factory.seen(), []);
    });

    test('applied is waiting for a reboot, and success null no failure', async () => {
      const [update] = await below(await child(await deviceRow('gateway-02'), /^Updates$/));
      const event = (id: string, success: boolean | null, second: number) => ({
        deviceTime: `2026-03-10T14:30:0${second}Z`,
        eventType: { id },
        event: { success, details: '{"reason": "Reboot is required", "code": 7}' },
      });
      fault({
        match: { path: '/ota/devices/*/updates/*/' },
        status: 200,
        body: [event('EcuInstallationStarted', null, 1), event('EcuInstallationApplied', null, 5)],
      });
      const rows = await below(update);
      assert.deepEqual(rows.map(labelOf), ['Installation started', 'Installed, waiting for a reboot']);
      assert.equal(descriptionOf(rows[1]), 'after 4 s · reason: Reboot is required, code: 7');
      assert.match(descriptionOf(update), /installed, waiting for a reboot/);
    });

    for (const [status, words] of [
      [403, /Not permitted/],
      [404, /does not know it/],
      [500, /has a problem/],
    ] as const) {
      test(`a ${status} is a row with the reason and Retry; the other parts still work`, async () => {
        const device = await deviceRow('display-04');
        const updates = await child(device, /^Updates$/);
        fault({ match: { path: '/display-04/updates/' }, status, count: status === 500 ? 3 : 1 });
        const [failure] = await below(updates);
        assert.match(labelOf(failure), /Updates could not be loaded/);
        assert.match(descriptionOf(failure), words);
        assert.equal(labelOf((await below(await child(device, /^Actions/)))[0]), 'diag');
        await run('foundries.retry', failure);
        assert.match(labelOf((await below(updates))[0]), /^lmp-/);
      });
    }

    test('a list that goes on has a row for more', async () => {
      const update = (id: string) => ({ 'correlation-id': id, target: `x-lmp-${id}`, version: id, time: '' });
      const updates = await child(await deviceRow(DEVICE), /^Updates$/);
      fault({ match: { path: '/updates/' }, status: 200, body: { updates: [update('3')], total: 2, next: 'y' } });
      const [, more] = await below(updates);
      assert.equal(labelOf(more), 'Load more');
      for (const id of ['3', '2']) {
        fault({
          match: { path: '/updates/' },
          status: 200,
          body: { updates: [update(id)], total: 2, next: id === '3' ? 'y' : null },
        });
      }
      await run('foundries.loadMore', more);
      assert.deepEqual((await below(updates)).map(labelOf), ['lmp-3', 'lmp-2']);
    });

    test('tests with result and duration; their single results and files', async () => {
      const [diag] = await below(await child(await deviceRow('display-04'), /^Actions/));
      assert.match(descriptionOf(diag), /^passed after 2\.5 s · /);
      const rows = await below(diag);
      assert.deepEqual(
        rows.map((row) => `${labelOf(row)} ${descriptionOf(row)}`.trim()),
        ['network passed', 'docker passed', 'console.log', 'dmesg.log'],
      );
    });

    test('two files of the same name are one row', async () => {
      const [diag] = await below(await child(await deviceRow('display-04'), /^Actions/));
      fault({ match: { path: '/tests/' }, status: 200, body: { 'test-id': 'x', artifacts: ['a', 'a', 'b'] } });
      assert.deepEqual((await below(diag)).map(labelOf), ['a', 'b']);
    });
  });

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
      assert.deepEqual(factory.seen().sort(), [
        'GET /ota/devices/sensor-03/',
        `GET /ota/factories/${FACTORY}/status/`,
        `GET /ota/factories/${FACTORY}/targets/`,
        `GET /ota/factories/${FACTORY}/targets/`,
        `GET /ota/factories/${FACTORY}/users/`,
      ]);
    });

    test('what is missing for it is said in its place', async () => {
      fault({ match: { path: '/status/' }, status: 403 });
      fault({ match: { path: '/users/' }, status: 403 });
      await run('foundries.showDeviceDetails', await deviceRow('sensor-03'));
      const text = (await page()).getText();
      assert.match(text, /Newest\s+Not known\. Not permitted/);
      assert.match(text, /Owner\s+[0-9a-f]{24}$/m);
    });

    test('texts of the network stay within their line, and are no markup', async () => {
      fault({
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
      fault({
        match: { path: '/updates/' },
        status: 200,
        body: { updates: [{ 'correlation-id': hostile, target: hostile, version: hostile, time: hostile }] },
      });
      const [row] = await below(await child(await deviceRow(DEVICE), /^Updates$/));
      assert.doesNotMatch(labelOf(row), /[\n\u202e]/);
      fault({
        match: { path: '/updates/' },
        status: 200,
        body: [{ eventType: { id: hostile }, event: { details: hostile } }],
      });
      const [event] = await below(row);
      assert.doesNotMatch(labelOf(event) + descriptionOf(event), /[\n\u202e]/);
      // Tooltips are text and no Markdown.
      assert.equal(typeof row?.tooltip?.(), 'string');
      assert.equal(typeof event?.tooltip?.(), 'string');
    });

    test('the raw JSON is the answer, and hides nothing', async () => {
      fault({
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
      factory.seen();
      await run('foundries.showDeviceJson', uri);
      await until('the JSON', () => vscode.window.activeTextEditor?.document.languageId === 'foundries-report-json');
      assert.deepEqual(factory.seen(), []);
    });

    test('follows its device while it is visible', async () => {
      await run('foundries.showDeviceDetails', await deviceRow(DEVICE));
      const document = await page();
      assert.match(document.getText(), /Device group\s+none/);
      await fetch(`${factory.server.url}/ota/devices/${DEVICE}/?factory=${FACTORY}`, {
        method: 'PATCH',
        headers: { 'OSF-TOKEN': TOKEN, 'Content-Type': 'application/json' },
        body: JSON.stringify({ group: 'lab' }),
      });
      await factory.api.devices.refresh();
      await until('the group', () => /Device group\s+lab/.test(document.getText()));
    });

    test('a failed refresh keeps what is there and says how old it is', async () => {
      await run('foundries.showDeviceDetails', await deviceRow(DEVICE));
      const document = await page();
      fault({ match: { path: `/ota/devices/${DEVICE}/` }, status: 403 });
      await run('foundries.refreshPage', document.uri);
      await until('the reason', () => /As of .* Not permitted/.test(document.getText()));
      assert.match(document.getText(), /^Identity:$/m);
      await run('foundries.refreshPage', document.uri);
      await until('a page without it', () => !document.getText().includes('Not permitted'));
    });

    test('a device that is not there is said so, and Refresh tries again', async () => {
      fault({ match: { path: `/ota/devices/${DEVICE}/` }, status: 404 });
      await run('foundries.showDeviceDetails', await deviceRow(DEVICE));
      const document = await page();
      assert.match(document.getText(), /^device-01: this could not be read\..*does not know it/);
      await run('foundries.refreshPage', document.uri);
      await until('the page', () => /^Identity:$/m.test(document.getText()));
    });
  });

  suite('Pages of what it reported', () => {
    test('an update: each event in words, the failure in full', async () => {
      const [update] = await below(await child(await deviceRow('display-04'), /^Updates$/));
      const long = Array.from({ length: 300 }, (_, at) => `line ${at}: could not start`).join('\n');
      fault({
        match: { path: '/ota/devices/*/updates/*/' },
        status: 200,
        body: [
          { deviceTime: '2026-03-10T14:30:00Z', eventType: { id: 'EcuDownloadStarted' }, event: { success: null } },
          {
            deviceTime: '2026-03-10T14:31:33Z',
            eventType: { id: 'EcuInstallationCompleted' },
            event: { success: false, details: long },
          },
        ],
      });
      await run('foundries.showUpdate', update);
      const text = (await page()).getText();
      assert.match(text, /Result\s+installation failed after 1 min 33 s/);
      assert.match(text, /^2\. Installation failed or rolled back:$/m);
      assert.match(text, /\| line 299: could not start/);
    });

    test('the health of apps: since when, which service, its last lines', async () => {
      const name = await unhealthyDevice(factory);
      await run('foundries.showAppHealth', await deviceRow(name));
      const text = (await page()).getText();
      assert.match(text, /Not healthy: \w+\./);
      assert.match(text, /^\w+ \(unhealthy\):\n {4}unhealthy since .+\n {4}healthy from .+ or earlier to /m);
      assert.match(text, /Service \w+\s+restarting, Restarting \(1\) 3 seconds ago, unhealthy/);
      assert.match(text, /\| .*\.conf: not found/);
    });

    test('a test with its results', async () => {
      const [diag] = await below(await child(await deviceRow('display-04'), /^Actions/));
      await run('foundries.showTest', diag);
      const text = (await page()).getText();
      assert.match(text, /^diag on display-04: passed$/m);
      assert.match(text, /docker {2,}passed/);
    });
  });

  suite('Artifacts', () => {
    const artifact = async (name = /^console\.log$/) => {
      const [diag] = await below(await child(await deviceRow('display-04'), /^Actions/));
      return child(diag!, name);
    };
    let folder: string;
    setup(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'artifacts-'));
    });
    teardown(() => rmSync(folder, { recursive: true }));
    const file = (name: string) => path.join(folder, name);

    test('text opens as a document, with one request', async () => {
      const row = await artifact();
      factory.seen();
      await run('foundries.openArtifact', row);
      const document = await page();
      assert.match(document.getText(), /display-04: diag done/);
      assert.equal(path.posix.basename(document.uri.path), 'console.log');
      assert.equal(factory.seen().length, 1);
    });

    test('is downloaded as a whole, in place of what was there', async () => {
      writeFileSync(file('out.log'), 'old');
      void run('foundries.downloadArtifact', await artifact(), vscode.Uri.file(file('out.log')));
      await until('the file', () => readFileSync(file('out.log'), 'utf8').includes('diag done'));
      assert.deepEqual(readdirSync(folder), ['out.log']);
    });

    test('one that is cut leaves the old file and no rest', async () => {
      writeFileSync(file('out.log'), 'old');
      const row = await artifact();
      fault({ match: { path: '/console.log' }, cut: 10, count: 1 });
      fault({ match: { path: '/console.log' }, status: 403, count: null });
      void run('foundries.downloadArtifact', row, vscode.Uri.file(file('out.log')));
      await until('the end of it', () =>
        factory.server.emulator.requests.all().some(({ path: of }) => of.endsWith('.log')),
      );
      await until('no rest', () => readdirSync(folder).length === 1);
      assert.equal(readFileSync(file('out.log'), 'utf8'), 'old');
    });

    test('bytes that are no text are not shown as text, but downloaded as they are', async () => {
      const row = await artifact();
      const { factory: name, device, subject } = (row as unknown as { page: ReportLike }).page;
      const uri = vscode.Uri.from({
        scheme: 'foundries-device',
        authority: factory.host,
        path: `/factories/${name}/devices/${device}/artifact/console.log`,
        query: JSON.stringify(subject),
      });
      fault({
        match: { path: '/console.log' },
        status: 200,
        body: 'a\u0000b',
        contentType: 'application/octet-stream',
      });
      const document = await vscode.workspace.openTextDocument(uri);
      assert.match(document.getText(), /It is not text/);
    });

    for (const name of ['../../../../config/', '..', 'a/../../b']) {
      test(`a name that leads elsewhere is not asked for: ${name}`, async () => {
        const [diag] = await below(await child(await deviceRow('display-04'), /^Actions/));
        fault({ match: { path: '/tests/' }, status: 200, body: { 'test-id': 'diag_X', artifacts: [name] } });
        const [row] = await below(diag);
        assert.ok(row);
        factory.seen();
        void run('foundries.downloadArtifact', row, vscode.Uri.file(file('x')));
        await new Promise((resolve) => setTimeout(resolve, 300));
        assert.deepEqual(factory.seen(), []);
        assert.deepEqual(readdirSync(folder), []);
      });
    }
  });
});

interface ReportLike {
  readonly factory: string;
  readonly device: string;
  readonly subject: object;
}

async function unhealthyDevice(factory: SignedIn): Promise<string> {
  for (const row of await factory.api.devices.children()) {
    const name = (row as Row & { device?: Device }).device?.name ?? '';
    const response = await fetch(`${factory.server.url}/ota/devices/${name}/apps-states/?factory=${FACTORY}`, {
      headers: { 'OSF-TOKEN': TOKEN },
    });
    if ((await response.text()).includes('unhealthy')) {
      return name;
    }
  }
  throw new Error('all devices are healthy');
}

const labelOf = (row: Row | undefined): string => {
  const label = row?.item().label;
  return typeof label === 'string' ? label : '';
};

const descriptionOf = (row: Row | undefined): string => {
  const description = row?.item().description;
  return typeof description === 'string' ? description : '';
};
