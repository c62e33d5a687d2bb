import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ConfigFileDrops } from '../../../src/views/configFileDrops';
import { ConfigFileRow } from '../../../src/views/rows/configFileRow';
import type { Row } from '../../../src/views/rows/row';

const URI = 'foundries://api.foundries.io/factories/acme/devices/bench/config/app.config';
const MIME = 'text/uri-list';

/** What goes along with a drag. */
function transfer(items: ReadonlyMap<string, string> = new Map()) {
  const data = new Map<string, object>();
  for (const [mime, value] of items) {
    data.set(mime, { value, asString: () => Promise.resolve(value) });
  }
  return data;
}

suite('A file that is dropped', () => {
  const dropped: (string | undefined)[][] = [];
  const drops = new ConfigFileDrops(
    (files) => dropped.push(files.map(({ uuid }) => uuid)),
    () => assert.fail('no device was dropped'),
  );
  const group = { scope: { kind: 'group', factory: 'acme', group: 'lab' } } as unknown as Row;
  const row: Row = Object.assign(Object.create(ConfigFileRow.prototype) as ConfigFileRow, {
    uri: vscode.Uri.parse(URI),
    parent: { device: { uuid: 'first' } },
  });
  const as = (data: ReturnType<typeof transfer>) => data as unknown as vscode.DataTransfer;

  setup(() => dropped.splice(0));

  test('is that of the device whose row was dragged', async () => {
    const dragged = transfer();
    drops.handleDrag([row], as(dragged));
    const marks = [...dragged.keys()].filter((mime) => mime !== MIME);
    const arrived = transfer(new Map([[MIME, URI], ...marks.map((mime) => [mime, '1'] as const)]));
    await drops.handleDrop(group, as(arrived));
    assert.deepEqual(dropped, [['first']]);
  });

  test('from the Explorer is of the device that has the name now, whatever was dragged before', async () => {
    drops.handleDrag([row], as(transfer()));
    await drops.handleDrop(group, as(transfer(new Map([[MIME, URI]]))));
    assert.deepEqual(dropped, [[undefined]]);
  });
});
