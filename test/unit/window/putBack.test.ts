import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { FactoryError } from '../../../src/api/errors';
import { formatAddress, type ConfigAddress } from '../../../src/configfs/address';
import type { AnnouncedMoves } from '../../../src/configfs/announcedMoves';
import type { Approval } from '../../../src/configfs/approval';
import { FileSystemOperations } from '../../../src/configfs/fileSystemOperations';
import type { ConfigOperations } from '../../../src/configfs/operations';
import { NotPutBack, SaveRefused } from '../../../src/configfs/saveRefused';
import type { ConfigFile } from '../../../src/model/config';
import type { Connections } from '../../../src/store/connections';
import { explain } from '../../../src/ui/errorText';

const at = (file: string): ConfigAddress => ({
  host: 'api.foundries.io',
  scope: { kind: 'device', factory: 'acme', device: 'device-01' },
  file,
});
const uri = (file: string) => vscode.Uri.from(formatAddress(at(file)));
const GONE: ConfigFile = { name: 'b', value: 'what was there', unencrypted: true, onChanged: ['/bin/handler'] };
const cut = (request: string) => new FactoryError('network', { request, host: 'api.foundries.io', code: 'ECONNRESET' });
const expired = () =>
  new FactoryError('unauthorized', { request: 'PATCH /ota/', host: 'api.foundries.io', serverMessage: 'Expired' });

suite('A file that was deleted to make room', () => {
  const put: [string, ConfigFile][] = [];
  let failure: unknown;
  let putFailure: unknown;

  const fails = async () => {
    await Promise.resolve();
    if (failure !== undefined) {
      throw failure as Error;
    }
  };
  const host = {
    onDidChange: () => ({ dispose: () => undefined }),
    meant: () => ({}),
    takesReason: () => true,
    remove: () => Promise.resolve(GONE),
    look: ({ file }: ConfigAddress) => Promise.resolve(file === 'a' ? { ...GONE, name: 'a' } : undefined),
    plan: (file: ConfigFile) => ({ ...file, name: 'b' }),
    check: fails,
    rename: fails,
    put: async ({ file }: ConfigAddress, content: ConfigFile) => {
      put.push([file, content]);
      await Promise.resolve();
      if (putFailure !== undefined) {
        throw putFailure as Error;
      }
    },
  } as unknown as ConfigOperations;
  const approval = {
    confirm: () => Promise.resolve(true),
    reason: (_place: unknown, proposed: string) => Promise.resolve(proposed),
    noReasonNote: () => undefined,
  } as unknown as Approval;
  const connections = { forFactory: () => undefined } as unknown as Connections;
  const moves = { take: () => undefined } as unknown as AnnouncedMoves;
  let files: FileSystemOperations;

  setup(() => {
    put.length = 0;
    failure = putFailure = undefined;
    files = new FileSystemOperations(host, approval, connections, moves);
  });

  const MOVES = {
    rename: () => files.rename(uri('a'), uri('b'), true),
    copy: () => files.copy(uri('a'), uri('b'), true),
  };
  const caught = (task: Promise<void>) =>
    task.then(
      () => assert.fail('it did not fail'),
      (error: unknown) => error,
    );

  for (const [name, move] of Object.entries(MOVES)) {
    test(`is put back whole where a ${name} fails, which is what is told`, async () => {
      failure = new SaveRefused('changed', at('a'));
      await files.delete(uri('b'));
      assert.equal(await caught(move()), failure);
      assert.deepEqual(put, [['b', GONE]]);
      // Once only.
      assert.equal(await caught(move()), failure);
      assert.equal(put.length, 1);
    });

    const FIRST: Readonly<Record<string, () => unknown>> = {
      'a refusal': () => new SaveRefused('changed', at('a')),
      'a cut connection': () => cut('PATCH /first/'),
      'a refused token': expired,
      'any error': () => new Error('of our own'),
      'no error at all': () => 'a text',
    };
    for (const [first, make] of Object.entries(FIRST)) {
      test(`and cannot be put back after ${first} of a ${name}: both are told, and nothing is forgotten`, async () => {
        failure = make();
        putFailure = cut('PATCH /second/');
        await files.delete(uri('b'));
        const error = await caught(move());
        assert.ok(error instanceof NotPutBack);
        assert.equal(error.cause, failure);
        assert.equal(error.failure, putFailure);
        const { message, remedies } = explain(error);
        assert.ok(message.startsWith(explain(failure).message.replace(/\.$/, '')), message);
        assert.match(message, /b of device-01 was deleted to make room, and could not be put back: The connection to/);
        assert.match(message, /Its value is in the history of the configuration\.$/);
        explain(failure).remedies.forEach((remedy) => assert.ok(remedies.includes(remedy), remedy));
        assert.ok(remedies.includes('retry'));
        // Another try may still put it back.
        putFailure = undefined;
        assert.equal(await caught(move()), failure);
        assert.equal(put.length, 2);
      });
    }
  }

  test('to sign in is offered where either failure wants it', async () => {
    failure = new SaveRefused('changed', at('a'));
    putFailure = expired();
    await files.delete(uri('b'));
    assert.ok(explain(await caught(MOVES.rename())).remedies.includes('signIn'));
  });
});
