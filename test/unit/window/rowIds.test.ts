/** Ids of rows: short whatever a name is like, and never the same for two things. */
import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import fc from 'fast-check';
import type { AppState } from '../../../src/model/apps';
import { AppRow } from '../../../src/views/rows/appRows';
import { AppsRow } from '../../../src/views/rows/appsRow';
import { ConfigFileRow } from '../../../src/views/rows/configFileRow';
import { idPart } from '../../../src/views/rows/idPart';
import { GroupRow } from '../../../src/views/rows/ownerRows';
import { FACTORY } from '../support/factory';

const LONG = 'n'.repeat(1_000_000);

const group = (name: string) => new GroupRow('view', FACTORY, { name, description: '' }, () => Promise.resolve([]));

function appRow(name: string, services: readonly string[] = []): AppRow {
  const parent = group('lab');
  const place = { host: 'h', scope: parent.scope };
  const report = {
    services: services.map((service) => ({ name: service, state: '', status: '', health: '', logs: '' })),
  };
  return new AppRow(
    new AppsRow(parent, place, () => Promise.resolve([])),
    { place, seen: undefined, reportedAt: undefined },
    { name, report } as unknown as AppState,
    'none',
  );
}

suite('Ids of rows', () => {
  test('are short for names of a megabyte, also below each other', () => {
    const app = appRow(LONG, [LONG, `${LONG}m`]);
    const [one, other] = app.children();
    assert.ok(app.id.length < 300, String(app.id.length));
    assert.ok(one!.id.length < 500, String(one!.id.length));
    assert.notEqual(one!.id, other!.id);
    assert.equal(app.id, appRow(LONG).id, 'the same after a refresh');
    assert.ok(group(LONG).id.length < 300);
    const file = { name: LONG, value: '', unencrypted: true, onChanged: undefined };
    const row = new ConfigFileRow(
      group('lab'),
      vscode.Uri.from({ scheme: 'foundries', path: '/x' }),
      file,
      undefined,
      undefined as never,
    );
    assert.ok(row.id.length < 300);
  });

  test('of an app with a slash in its name and of a service below another one are two', () => {
    const [service] = appRow('a', ['b']).children();
    assert.notEqual(appRow('a/service/b').id, service!.id);
    assert.notEqual(appRow('a%2Fb').id, appRow('a/b').id);
  });

  test('are those of plain names', () => assert.equal(idPart('shellhttpd-1.0_x'), 'shellhttpd-1.0_x'));

  test('a name that looks like the cut form of another one is not taken for it', () => {
    const cut = idPart(LONG);
    assert.notEqual(idPart(cut), cut);
    // Halves of characters are all alike in UTF-8.
    assert.notEqual(idPart(`${LONG}\ud800`), idPart(`${LONG}\udbff`));
  });

  test('differ as the names do', () => {
    const name = fc.array(fc.constantFrom('a', 'b', '/', '%', '%2F', '\ud800', 'n'.repeat(99)), { maxLength: 6 });
    fc.assert(
      fc.property(name, name, (one, other) => {
        const [a, b] = [one.join(''), other.join('')];
        assert.equal(idPart(a) === idPart(b), a === b);
        assert.ok(idPart(a).length < 200);
      }),
    );
  });
});
