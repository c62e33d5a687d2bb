import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AppRow } from '../../../src/views/rows/appRows';
import { clearDesk, desk, walk } from '../../support/vscode';
import { startTestFactory, type TestFactory } from '../support/factory';
import { root } from '../support/scripts';
import { connectThrough, open, type Window } from '../soak/support/window';

suite('What a screen reader says of rows', () => {
  let factory: TestFactory;
  let window: Window;
  setup(async () => {
    clearDesk();
    factory = await startTestFactory({ devices: 30, way: 'in process' });
    window = open();
    connectThrough(window, factory.fetch);
    await window.signIn(factory.server.url);
  });
  teardown(async () => {
    await window.end();
    await factory.close();
  });

  test('says no word twice in a row, and counts none as several', async () => {
    const labels: string[] = [];
    for (const tree of desk.trees.values()) {
      await walk(tree, {
        most: 300,
        told: (where, what) => {
          const { accessibilityInformation, description } = (what ?? {}) as {
            accessibilityInformation?: { label: string };
            description?: unknown;
          };
          if (where === 'row') {
            labels.push(accessibilityInformation?.label ?? '', typeof description === 'string' ? description : '');
          }
        },
      });
    }
    assert.ok(labels.length > 200, String(labels.length));
    const doubled = labels.filter((label) => {
      const parts = label.split(/, | · /);
      return parts.some((part, at) => part !== '' && part === parts[at + 1]);
    });
    assert.deepEqual(doubled, []);
    assert.deepEqual(
      labels.filter((label) =>
        /(?<![\d.,-])1 (?:apps|devices|files|targets|versions|runs|rollouts|reports|tests|groups)\b/.test(label),
      ),
      [],
    );
  });

  test('of an app that waits: on or off once, and its box only by name', () => {
    const app = { name: 'shellhttpd', enabled: true, match: 'waitingOn', offered: undefined, report: undefined };
    const row = new AppRow({ id: 'apps' } as never, { seen: {} } as never, app as never, 'none');
    const { accessibilityInformation, checkboxState } = row.item();
    assert.equal(accessibilityInformation?.label, 'app shellhttpd, enabled, waiting for the device');
    assert.deepEqual((checkboxState as { accessibilityInformation?: unknown }).accessibilityInformation, {
      label: 'shellhttpd',
      role: 'checkbox',
    });
  });

  test('labels of addresses do not double the slash that paths begin with', () => {
    const { contributes } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      contributes: { resourceLabelFormatters: { formatting: { label: string } }[] };
    };
    for (const { formatting } of contributes.resourceLabelFormatters) {
      assert.doesNotMatch(formatting.label, /\/\$\{path\}/);
    }
  });
});
