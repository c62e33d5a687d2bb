/** What VS Code does around moving, copying and deleting files, as its Explorer does it. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setup, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { factoryPath } from '../../src/configfs/address';
import type { ConfigScope } from '../../src/model/config';
import type { Question } from '../../src/ui/questions';
import { DEVICE, FACTORY } from './support/extension';
import { suiteWithSettings } from './support/settings';
import { SignedIn } from './support/signedIn';

const device: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
const lab: ConfigScope = { kind: 'group', factory: FACTORY, group: 'lab' };
const whole: ConfigScope = { kind: 'factory', factory: FACTORY };
const SETTINGS = 'z-50-fioctl.toml';
const SECRET = Buffer.concat([Buffer.from([4]), Buffer.alloc(140, 7)]).toString('base64');

suiteWithSettings(
  'Moving, copying and deleting as the Explorer does',
  { 'foundries.config.askForReason': 'never' },
  () => {
    let factory: SignedIn;
    let questions: Question[];
    let answer: string | undefined;
    let temporary: string;

    setup(async () => {
      factory = await SignedIn.start();
      questions = [];
      answer = undefined;
      factory.api.answerQuestions((question) => {
        questions.push(question);
        return Promise.resolve(answer);
      });
      temporary = mkdtempSync(path.join(tmpdir(), 'whole-'));
    });
    teardown(async () => {
      await factory.stop();
      rmSync(temporary, { recursive: true });
    });

    const uriIn = (scope: ConfigScope, file: string) => factory.uriIn(scope, file);
    const folder = (below: string) =>
      vscode.Uri.from({ scheme: 'foundries', authority: factory.host, path: `${factoryPath(FACTORY)}${below}` });

    /** An edit of files by the service that the Explorer uses too, with its announcements; false where it failed. */
    async function edit(change: (edit: vscode.WorkspaceEdit) => void): Promise<boolean> {
      const files = new vscode.WorkspaceEdit();
      change(files);
      try {
        return await vscode.workspace.applyEdit(files);
      } catch {
        return false;
      }
    }
    const move = (from: vscode.Uri, to: vscode.Uri) => edit((files) => files.renameFile(from, to, { overwrite: true }));
    const state = async () =>
      JSON.stringify([await factory.files(device), await factory.files(lab), await factory.files(whole)]);

    /** Nothing is sent, and every file is as it was. */
    async function refusedWhole(task: () => Promise<boolean>): Promise<void> {
      const before = await state();
      factory.seen();
      assert.equal(await task(), false);
      assert.deepEqual(factory.writes(), []);
      assert.equal(await state(), before);
    }

    /** Nothing is sent, and every file is as it was; VS Code, which would offer to retry, is told of no failure. */
    async function keptWhole(task: () => Promise<boolean>): Promise<void> {
      const before = await state();
      factory.seen();
      assert.equal(await task(), true);
      assert.deepEqual(factory.writes(), []);
      assert.equal(await state(), before);
    }

    test('a move onto an existing file of another place', () =>
      refusedWhole(() => move(uriIn(device, SETTINGS), uriIn(lab, SETTINGS))));

    test('a move onto an existing file beside it', () =>
      refusedWhole(() => move(uriIn(device, 'app.config'), uriIn(device, SETTINGS))));

    test('a move to another place', () =>
      refusedWhole(() => move(uriIn(device, 'app.config'), uriIn(lab, 'app.config'))));

    test('a move of a device, a group, or a part of file names', async () => {
      await factory.put(device, { name: 'app/a.conf' });
      await vscode.workspace.fs.readDirectory(folder(`/devices/${DEVICE}/config`));
      await refusedWhole(() => move(folder(`/devices/${DEVICE}`), folder('/devices/device-02')));
      await refusedWhole(() => move(folder('/groups/lab'), folder('/groups/other')));
      await refusedWhole(() => move(folder(`/devices/${DEVICE}/config/app`), folder(`/devices/${DEVICE}/config/b`)));
      await keptWhole(() => move(folder(`/devices/${DEVICE}`), vscode.Uri.file(path.join(temporary, 'moved'))));
    });

    test('a delete of a device, a group, or a part of file names', async () => {
      await factory.put(device, { name: 'app/a.conf' });
      await vscode.workspace.fs.readDirectory(folder(`/devices/${DEVICE}/config`));
      const remove = (uri: vscode.Uri) => edit((files) => files.deleteFile(uri, { recursive: true }));
      for (const below of [`/devices/${DEVICE}`, `/devices/${DEVICE}/config`, '/groups/lab', '/groups', '']) {
        await keptWhole(() => remove(folder(below)));
      }
      await keptWhole(() => remove(folder(`/devices/${DEVICE}/config/app`)));
      assert.deepEqual(questions, []);
    });

    test('a move out of the Factory leaves a copy there, and the file where it was', async () => {
      const to = path.join(temporary, 'app.config');
      const value = await factory.value('app.config');
      await keptWhole(() => move(uriIn(device, 'app.config'), vscode.Uri.file(to)));
      assert.equal(readFileSync(to, 'utf8'), value);
    });

    test('a move into the Factory onto an existing file', async () => {
      const from = path.join(temporary, 'app.config');
      await vscode.workspace.fs.writeFile(vscode.Uri.file(from), Buffer.from('mine'));
      await refusedWhole(() => move(vscode.Uri.file(from), uriIn(device, 'app.config')));
      assert.ok(existsSync(from));
    });

    test('after a refused move the file can be deleted', async () => {
      await move(uriIn(device, SETTINGS), uriIn(lab, SETTINGS));
      answer = 'Delete';
      factory.seen();
      assert.equal(await edit((files) => files.deleteFile(uriIn(lab, SETTINGS))), true);
      assert.equal(factory.writes().length, 1);
    });

    test('an extension that moves or copies with "overwrite" and is refused: what was in the way is put back whole', async () => {
      await factory.put(device, { name: 'there', value: 'x', onChanged: ['/usr/share/fioconfig/handlers/x'] });
      await factory.put(device, { name: 'secret', value: SECRET, unencrypted: false });
      const there = await factory.file(device, 'there');
      const overwrite = { overwrite: true };
      factory.seen();
      await assert.rejects(() =>
        Promise.resolve(vscode.workspace.fs.rename(uriIn(lab, SETTINGS), uriIn(device, 'there'), overwrite)),
      );
      assert.deepEqual(await factory.file(device, 'there'), there);
      await assert.rejects(() =>
        Promise.resolve(vscode.workspace.fs.copy(uriIn(device, 'secret'), uriIn(lab, SETTINGS), overwrite)),
      );
      assert.ok((await factory.file(lab, SETTINGS)) !== undefined);
      assert.equal((await factory.file(device, 'secret'))?.value, SECRET);
    });

    test('a copy over another file keeps its handler, or asks before it brings another', async () => {
      const [mine, theirs] = ['mine', 'theirs'].map((name) => `/usr/share/fioconfig/handlers/${name}`) as [
        string,
        string,
      ];
      await factory.put(device, { name: 'there', value: 'x', onChanged: [theirs] });
      await factory.put(device, { name: 'plain', value: 'y' });
      await factory.put(device, { name: 'handled', value: 'z', onChanged: [mine] });
      const overwrite = (from: string) =>
        Promise.resolve(vscode.workspace.fs.copy(uriIn(device, from), uriIn(device, 'there'), { overwrite: true }));
      await overwrite('plain');
      assert.equal(questions.length, 0);
      assert.deepEqual(await factory.file(device, 'there'), {
        name: 'there',
        value: 'y',
        unencrypted: true,
        onChanged: [theirs],
      });
      await assert.rejects(() => overwrite('handled'));
      assert.deepEqual((await factory.file(device, 'there'))?.onChanged, [theirs]);
      assert.deepEqual(questions[0]?.detail, `there then runs the handler ${mine} instead of ${theirs}.`);
      answer = 'Copy';
      await overwrite('handled');
      assert.deepEqual((await factory.file(device, 'there'))?.onChanged, [mine]);
    });

    test('what an extension deletes is not put back because something else fails later', async () => {
      await vscode.workspace.fs.delete(uriIn(device, 'app.config'));
      await assert.rejects(() =>
        Promise.resolve(vscode.workspace.fs.rename(uriIn(lab, SETTINGS), uriIn(device, 'app.config'))),
      );
      assert.equal(await factory.file(device, 'app.config'), undefined);
    });

    for (const [place, scope, file] of [
      ['device group lab', lab, SETTINGS],
      ['the Factory', whole, 'AWS_REGION'],
    ] as const) {
      test(`deleting a file of ${place} says how many devices that reaches; no answer sends nothing`, async () => {
        const remove = () => edit((files) => files.deleteFile(uriIn(scope, file)));
        await keptWhole(remove);
        assert.equal(questions.length, 1);
        assert.match(questions[0]!.message, /^Delete /);
        assert.match(questions[0]!.detail, /It reaches/);
        assert.match(questions[0]!.detail, /production/i);
        answer = 'Delete';
        factory.seen();
        assert.equal(await remove(), true);
        assert.equal(factory.writes().length, 1);
        assert.equal(await factory.file(scope, file), undefined);
      });
    }

    suite('Undoing a delete', () => {
      /** As the Explorer: it reads the file, deletes it, and on Ctrl+Z writes what it read. */
      async function deleteAndUndo(scope: ConfigScope, file: string): Promise<void> {
        const uri = uriIn(scope, file);
        const bytes = await vscode.workspace.fs.readFile(uri);
        assert.equal(await edit((files) => files.deleteFile(uri)), true);
        assert.equal(await factory.file(scope, file), undefined);
        factory.seen();
        await edit((files) => files.createFile(uri, { contents: bytes }));
      }

      test('brings it back with its handler', async () => {
        const before = await factory.file(device, SETTINGS);
        assert.ok(before?.onChanged !== undefined);
        await factory.put(device, { ...before, name: 'other.toml' });
        await deleteAndUndo(device, 'other.toml');
        assert.deepEqual(await factory.file(device, 'other.toml'), { ...before, name: 'other.toml' });
      });

      test('of a group asks again, with the reach; Cancel brings nothing back', async () => {
        const before = await factory.file(lab, SETTINGS);
        answer = 'Delete';
        await deleteAndUndo(lab, SETTINGS);
        assert.equal(questions.at(-1)?.message, `Bring ${SETTINGS} back to group lab?`);
        assert.match(questions.at(-1)?.detail ?? '', /It reaches/);
        assert.deepEqual(factory.writes(), []);
        answer = 'Bring Back';
        const uri = uriIn(lab, SETTINGS);
        await edit((files) => files.createFile(uri, { contents: Buffer.from(before!.value) }));
        assert.deepEqual(await factory.file(lab, SETTINGS), before);
      });

      test('where somebody made the file anew, it is not overwritten', async () => {
        const uri = uriIn(device, 'app.config');
        const bytes = await vscode.workspace.fs.readFile(uri);
        factory.api.answerConflicts(() => Promise.resolve('cancel'));
        await edit((files) => files.deleteFile(uri));
        await factory.writeAs('app.config', 'theirs');
        factory.seen();
        await assert.rejects(() => Promise.resolve(vscode.workspace.fs.writeFile(uri, bytes)));
        assert.deepEqual(factory.writes(), []);
        assert.equal(await factory.value('app.config'), 'theirs');
      });
    });

    test('a secret is read-only to VS Code, which deletes and replaces none', async () => {
      await factory.put(device, { name: 'token', value: SECRET, unencrypted: false });
      await vscode.workspace.fs.readFile(uriIn(device, 'token'));
      await refusedWhole(() => edit((files) => files.deleteFile(uriIn(device, 'token'))));
      await refusedWhole(() => move(uriIn(device, 'app.config'), uriIn(device, 'token')));
    });
  },
);
