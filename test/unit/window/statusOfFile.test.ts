import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { FactoryClient } from '../../../src/api/client';
import { uriOf } from '../../../src/configfs/fileSystem';
import { Connections } from '../../../src/store/connections';
import { Deliveries } from '../../../src/store/deliveries';
import { DeliveryMarks } from '../../../src/views/deliveryMarks';
import { showStatus } from '../../../src/views/statusBar';
import { clearDesk, desk, type Document, type Editor } from '../../support/vscode';
import { FACTORY, startTestFactory, type TestFactory } from '../support/factory';

const FILE = 'app.config';
const scope = { kind: 'device', factory: FACTORY, device: 'bench' } as const;

suite('What the status bar says of the file that is looked at', () => {
  let factory: TestFactory;
  let connections: Connections;
  let marks: DeliveryMarks;
  const bar = { text: '', tooltip: '' };
  let all: { dispose(): unknown }[];
  setup(async () => {
    clearDesk();
    factory = await startTestFactory({ devices: 5, way: 'in process' });
    const { url } = factory.server;
    const account = { id: 'a', label: 'Ada', apiUrl: url, factory: FACTORY, factories: [FACTORY] };
    const other = { ...account, id: 'b', label: 'Bob', apiUrl: 'https://other.test/api' };
    const elsewhere = { server: { key: 'https_api@other.test', baseUrl: other.apiUrl } } as unknown as FactoryClient;
    connections = new Connections(
      { accounts: [account, other] },
      ({ id }) => (id === 'a' ? factory.client : elsewhere),
      () => ({ apiUrl: url, factory: '' }),
    );
    connections.update();
    marks = new DeliveryMarks(connections, new Deliveries(() => false));
    desk.told = (where, what) => {
      if (where === 'status bar') {
        [bar.text, bar.tooltip] = what as [string, string];
      }
    };
    const shown = showStatus(connections, marks);
    all = [marks, shown];
  });
  teardown(async () => {
    all.forEach((each) => each.dispose());
    await factory.close();
  });

  const look = (host: string): Document => {
    const uri = uriOf({ host, scope, file: FILE });
    const document = { uri, isDirty: false, getText: () => 'text' } as unknown as Document;
    const editor = { document } as unknown as Editor;
    desk.documents.push(document);
    desk.editors.push(editor);
    desk.active.fire(editor);
    return document;
  };

  test('of a file of another server: its Factory, server and account, and what the views show', () => {
    assert.equal(bar.text, `$(rocket) ${FACTORY}`);
    look('https_api@other.test');
    assert.equal(bar.text, `$(rocket) ${FACTORY} · https://other.test/api`);
    assert.match(bar.tooltip, new RegExp(`^Factory ${FACTORY} · Bob · https://other.test/api\\.`));
    assert.match(bar.tooltip, new RegExp(`\\nThis file belongs to ${FACTORY} · .*\\. The views show ${FACTORY}`));
  });

  test('of a file of a server that nobody is signed in to', () => {
    look('third.test');
    assert.equal(bar.text, `$(warning) ${FACTORY} · third.test`);
    assert.match(bar.tooltip, /^Not signed in to /);
  });

  test('an earlier save is not said to be on its way while there is unsent text', async () => {
    await factory.control.changeDevice({ name: 'bench', create: true });
    await factory.control.writeConfig({ device: 'bench', files: [{ name: FILE, value: 'text' }], reason: 'sent' });
    const connection = connections.forFactory(factory.client.server.key, FACTORY)!;
    await connection.configs.get(scope, 0);
    const document = look(factory.client.server.key);
    assert.match(bar.text, /waiting/);
    assert.equal(marks.provideFileDecoration(document.uri as unknown as vscode.Uri)?.badge, '↑');
    const told: unknown[] = [];
    marks.onDidChangeFileDecorations((uri) => told.push(String(uri)));
    const becomes = (isDirty: boolean) => {
      document.isDirty = isDirty;
      desk.changed.fire({ document, contentChanges: [] });
    };
    becomes(true);
    assert.equal(bar.text, `$(rocket) ${FACTORY}`);
    assert.equal(marks.provideFileDecoration(document.uri as unknown as vscode.Uri), undefined);
    becomes(true);
    becomes(false);
    assert.match(bar.text, /waiting/);
    assert.deepEqual(told, [String(document.uri), String(document.uri)]);
  });
});
