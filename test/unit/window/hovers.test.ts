import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { FactoryError } from '../../../src/api/errors';
import { FailureRow } from '../../../src/views/rows/failureRow';
import { FactoryRow, GroupRow } from '../../../src/views/rows/ownerRows';
import { hover } from '../../../src/views/rows/hover';
import { root } from '../support/scripts';

const shown = ({ value }: { readonly value: string }) => value.replaceAll('&nbsp;', ' ');

suite('The hover of a row', () => {
  test('has a title, a line for each fact that is known, and a text below', () => {
    const { value } = hover(
      'device-01',
      [
        ['State', 'online'],
        ['Tag', ''],
        ['IP address', '10.0.0.1'],
      ],
      'More.',
    );
    assert.equal(
      shown({ value }).replaceAll('\\', ''),
      '**device-01**\n\n- State: online\n- IP address: 10.0.0.1\n\n\nMore.',
    );
  });

  test('makes no link and no line of what the network says', () => {
    const { value } = hover('a\n# b', [['run [b](command:y)', 'c\n# d']]);
    assert.match(value, /- run \\\[b\\\]\\\(command:y\\\): /);
    assert.equal(value.split('\n- ').length, 2);
    assert.doesNotMatch(value, /\n#/);
  });

  test('is the same for the Factory, a group, and what could not be loaded', () => {
    const below = () => Promise.resolve([]);
    const group = { name: 'lab', description: 'on the desk' } as never;
    const error = new FactoryError('notFound', { host: 'h', request: 'GET /x', status: 404 });
    const rows = [
      new FactoryRow('v', 'acme', below),
      new GroupRow('v', 'acme', group, below),
      new FailureRow('f', undefined, 'Not loaded', error, below),
    ];
    assert.deepEqual(
      rows.map((row) => shown(row.tooltip()).split('\n')[0]),
      ['**acme**', '**lab**', '**Not loaded**'],
    );
    assert.match(shown(rows[1]!.tooltip()), /\n- Description: on the desk\n/);
  });

  test('is made in one place', () => {
    const views = path.join(root, 'src/views');
    const made = readdirSync(views, { recursive: true, encoding: 'utf8' }).filter(
      (file) =>
        file.endsWith('.ts') && readFileSync(path.join(views, file), 'utf8').includes('new vscode.MarkdownString'),
    );
    assert.deepEqual(made, [path.join('rows', 'hover.ts')]);
  });
});
