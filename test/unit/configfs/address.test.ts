import assert from 'node:assert/strict';
import fc from 'fast-check';
import { suite, test } from 'mocha';
import {
  factoryPath,
  folderName,
  formatAddress,
  isProbe,
  parseAddress,
  parseFolder,
  parsePlace,
  type ConfigAddress,
} from '../../../src/configfs/address';
import { nameProblem } from '../../../src/model/config';

const at = (path: string) => ({ scheme: 'foundries', authority: 'api.foundries.io', path });

suite('Addresses of configuration files', () => {
  test('a device, a group, the Factory', () => {
    assert.deepEqual(parseAddress(at('/factories/acme/devices/device-01/config/app.config')), {
      host: 'api.foundries.io',
      scope: { kind: 'device', factory: 'acme', device: 'device-01' },
      file: 'app.config',
    });
    assert.deepEqual(parseAddress(at('/factories/acme/groups/lab/config/a/b.json'))?.scope, {
      kind: 'group',
      factory: 'acme',
      group: 'lab',
    });
    assert.deepEqual(parseAddress(at('/factories/acme/config/x'))?.scope, { kind: 'factory', factory: 'acme' });
  });

  for (const path of [
    '',
    '/',
    '/factories',
    '/factories/acme',
    '/factories/acme/devices/d',
    '/factories/acme/devices/d/config',
    '/factories/acme/devices/d/config/',
    '/factories/acme/devices/d/config/../x',
    '/factories/acme/devices/d/other/x',
    '/factories/acme/devices//config/x',
    '/factories//devices/d/config/x',
    '/.vscode/settings.json',
    '/factories/acme/.git/config',
  ]) {
    test(`${JSON.stringify(path)} is no file`, () => {
      assert.equal(parseAddress(at(path)), undefined);
    });
  }

  test('other schemes and missing hosts are nothing', () => {
    assert.equal(parseAddress({ ...at('/factories/a/config/x'), scheme: 'file' }), undefined);
    assert.equal(parseAddress({ ...at('/factories/a/config/x'), authority: '' }), undefined);
  });

  test('folders', () => {
    assert.equal(parseFolder(at('/factories/acme/devices/d/config'))?.prefix, '');
    assert.equal(parseFolder(at('/factories/acme/devices/d/config/app'))?.prefix, 'app');
  });

  const name = fc.string({ minLength: 1, unit: 'binary' });
  const special = fc.constantFrom(
    'a b',
    '100%',
    'a%2Fb',
    'a/b',
    '#1',
    'what?',
    'ünïcode',
    'שלום',
    '..',
    '%25',
    '\u202e',
  );
  const scope = fc
    .tuple(fc.oneof(name, special), fc.oneof(name, special), fc.nat(2))
    .map(([factory, inner, kind]) =>
      kind === 0
        ? ({ kind: 'device', factory, device: inner } as const)
        : kind === 1
          ? ({ kind: 'group', factory, group: inner } as const)
          : ({ kind: 'factory', factory } as const),
    );
  test('every name comes back as it was', () => {
    fc.assert(
      fc.property(scope, fc.oneof(name, special), (someScope, file) => {
        fc.pre(nameProblem(file) === undefined);
        const address: ConfigAddress = { host: '127.0.0.1:8080', scope: someScope, file };
        assert.deepEqual(parseAddress(formatAddress(address)), address);
      }),
    );
  });

  test('folders above the files: the Factory, its groups and devices, each of these', () => {
    const host = 'api.foundries.io';
    assert.deepEqual(parsePlace(at('/factories/acme')), { kind: 'root', host, factory: 'acme' });
    assert.deepEqual(parsePlace(at('/factories/acme/')), { kind: 'root', host, factory: 'acme' });
    assert.deepEqual(parsePlace(at('/factories/acme/devices')), { kind: 'devices', host, factory: 'acme' });
    assert.deepEqual(parsePlace(at('/factories/acme/groups')), { kind: 'groups', host, factory: 'acme' });
    assert.deepEqual(parsePlace(at('/factories/acme/devices/a%2Fb')), {
      kind: 'owner',
      host,
      factory: 'acme',
      scope: { kind: 'device', factory: 'acme', device: 'a/b' },
    });
    for (const path of [
      '/',
      '/factories',
      '/factories/acme/config',
      '/factories/acme/other',
      '/factories/acme/devices/d/config',
      '/factories/acme/devices/d/e',
      '/factories/acme/.vscode',
      '/factories/acme/devices/.git',
      '/factories/.vscode',
    ]) {
      assert.equal(parsePlace(at(path)), undefined, path);
    }
    assert.equal(parsePlace({ ...at('/factories/acme'), scheme: 'file' }), undefined);
  });

  test('a folder is found again by the name that its parent lists', () => {
    fc.assert(
      fc.property(name, (device) => {
        fc.pre(!isProbe(folderName(device)));
        const place = parsePlace(at(`${factoryPath('a/b%c')}/devices/${folderName(device)}`));
        assert.deepEqual(place?.kind === 'owner' ? place.scope : undefined, {
          kind: 'device',
          factory: 'a/b%c',
          device,
        });
      }),
    );
  });

  test('files that tools look for everywhere', () => {
    assert.ok(['.vscode/settings.json', '.git', '.editorconfig'].every(isProbe));
    assert.ok(!['app.config', '.env', 'vscode', 'a/.git'].some(isProbe));
  });
});
