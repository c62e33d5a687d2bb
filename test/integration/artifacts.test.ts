import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setup, suite, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import type { Row } from '../../src/views/rows/row';
import { answering, messages } from './support/answering';
import { ExtensionClock } from './support/extensionClock';
import { DeviceReportsScene } from './support/deviceReportsScene';

suite('What devices are and report', () => {
  const scene = DeviceReportsScene.ofEach();
  const { run, below, child, deviceRow, page } = scene;

  suite('Artifacts', () => {
    const artifact = async (name = /^console\.log$/) => {
      const [diag] = await below(await child(await deviceRow('display-04'), /^Actions/));
      return child(diag!, name);
    };
    let folder: string;
    let told: string[];
    setup(() => {
      told = [];
      folder = mkdtempSync(path.join(tmpdir(), 'artifacts-'));
    });
    teardown(() => rmSync(folder, { recursive: true }));
    const file = (name: string) => path.join(folder, name);
    /** Downloads to a file; resolves when it was told how that went. */
    const download = (row: Row, name: string) =>
      answering(messages(told), () => run('foundries.downloadArtifact', row, vscode.Uri.file(file(name))));

    test('text opens as a document, with one request', async () => {
      const row = await artifact();
      scene.factory.seen();
      await run('foundries.openArtifact', row);
      const document = await page();
      assert.match(document.getText(), /display-04: diag done/);
      assert.equal(path.posix.basename(document.uri.path), 'console.log');
      assert.equal(scene.factory.seen().length, 1);
    });

    test('is downloaded as a whole, in place of what was there', async () => {
      writeFileSync(file('out.log'), 'old');
      await download(await artifact(), 'out.log');
      assert.match(readFileSync(file('out.log'), 'utf8'), /diag done/);
      assert.deepEqual(readdirSync(folder), ['out.log']);
    });

    test('one that is cut leaves the old file and no rest', async () => {
      writeFileSync(file('out.log'), 'old');
      const row = await artifact();
      scene.factory.fault({ match: { path: '/console.log' }, cut: 10, count: 1 });
      scene.factory.fault({ match: { path: '/console.log' }, status: 403, count: null });
      await ExtensionClock.during(async (clock) => {
        const downloading = download(row, 'out.log');
        await clock.until('the end of it', () => told.length > 0);
        await downloading;
      });
      assert.deepEqual(readdirSync(folder), ['out.log']);
      assert.equal(readFileSync(file('out.log'), 'utf8'), 'old');
    });

    test('bytes that are no text are not shown as text, but downloaded as they are', async () => {
      const row = await artifact();
      const { factory: name, device, subject } = (row as unknown as { page: ReportLike }).page;
      const uri = vscode.Uri.from({
        scheme: 'foundries-device',
        authority: scene.factory.host,
        path: `/factories/${name}/devices/${device}/artifact/console.log`,
        query: JSON.stringify(subject),
      });
      scene.factory.fault({
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
        scene.factory.fault({
          match: { path: '/tests/' },
          status: 200,
          body: { 'test-id': 'diag_X', artifacts: [name] },
        });
        const [row] = await below(diag);
        assert.ok(row);
        scene.factory.seen();
        await download(row, 'x');
        assert.equal(told.length, 1);
        assert.deepEqual(scene.factory.seen(), []);
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
