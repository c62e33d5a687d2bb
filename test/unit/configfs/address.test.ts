import assert from 'node:assert/strict';
import fc from 'fast-check';
import { suite, test } from 'mocha';
import {
  addressKey,
  factoryPath,
  folderName,
  formatAddress,
  isProbe,
  parseAddress,
  parseFolder,
  parsePlace,
  type ConfigAddress,
} from '../../../src/configfs/address';
import { nameProblem, type ConfigScope } from '../../../src/model/config';
import { formatReport, parseReport, type ReportSubject } from '../../../src/reports/address';
import { formatRunPage, parseRunPage } from '../../../src/reports/runAddress';
import { formatTarget, parseTarget, type TargetSubject } from '../../../src/reports/targetAddress';
import { Uri } from '../../support/vscode';

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
    '%2f',
    '%252F',
    '\u202e',
    '\u2066a\u2069/b',
    'é'.normalize('NFC'),
    'é'.normalize('NFD'),
    '한글'.normalize('NFD'),
    'ﬁ',
    'a?b#c%d&e=f+g',
    'config',
    'devices',
    'x/config/y',
    '__proto__',
    '👩‍💻',
    'it\'s "quoted"',
    'a\\b',
    '.',
  );
  /** As VS Code keeps an address between two starts: as text. */
  const written = (parts: Parameters<typeof Uri.from>[0]) => Uri.parse(Uri.from(parts).toString());
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

  test('every name comes back from an address that was written down', () => {
    fc.assert(
      fc.property(scope, special, (someScope, file) => {
        fc.pre(nameProblem(file) === undefined);
        const address: ConfigAddress = { host: '127.0.0.1:8080', scope: someScope, file };
        fc.pre(!JSON.stringify(address).includes('\\ud'));
        assert.deepEqual(parseAddress(written(formatAddress(address))), address);
      }),
    );
  });

  test('no two names have one address, also where they look the same', () => {
    const scopes = (inner: string): ConfigScope[] => [
      { kind: 'device', factory: 'f', device: inner },
      { kind: 'group', factory: 'f', group: inner },
      { kind: 'factory', factory: inner },
    ];
    fc.assert(
      fc.property(fc.oneof(name, special), fc.oneof(name, special), fc.nat(2), fc.nat(2), (one, other, a, b) => {
        fc.pre(one !== other || a !== b);
        const [first, second] = [scopes(one)[a]!, scopes(other)[b]!].map((of): ConfigAddress => ({
          host: 'h',
          scope: of,
          file: 'x',
        }));
        assert.notEqual(formatAddress(first!).path, formatAddress(second!).path);
        assert.notEqual(addressKey(first!), addressKey(second!));
      }),
    );
    const [composed, decomposed] = ['NFC', 'NFD'].map((form) => 'é.conf'.normalize(form));
    assert.notEqual(composed, decomposed);
    assert.notEqual(at(`/factories/f/config/${composed}`).path, at(`/factories/f/config/${decomposed}`).path);
  });

  test('every page comes back from an address that was written down, whatever is in its names', () => {
    const of = { host: 'api.foundries.io:8443' };
    const text = fc.oneof(
      special,
      fc.string({ minLength: 1, unit: 'grapheme' }).filter((some) => !/\p{Surrogate}/u.test(some)),
    );
    fc.assert(
      fc.property(text, text, text, text, (factory, inner, id, file) => {
        const reports: ReportSubject[] = [
          { kind: 'details' },
          { kind: 'json' },
          { kind: 'update', id },
          { kind: 'artifact', id, name: file },
        ];
        for (const subject of reports) {
          const address = { ...of, factory, device: inner, subject };
          assert.deepEqual(parseReport(written(formatReport(address, `${inner} ${file}`))), address);
        }
        const targets: TargetSubject[] = [
          { kind: 'details', target: inner },
          { kind: 'app', target: inner, app: file },
          { kind: 'comparison', from: inner, to: id, device: '' },
          { kind: 'sbom', target: inner, build: id, run: file, artifact: file },
        ];
        for (const subject of targets) {
          const address = { ...of, factory, subject };
          // What tools look for everywhere is no Factory.
          const found = isProbe(folderName(factory)) ? undefined : address;
          assert.deepEqual(parseTarget(written(formatTarget(address, `${inner} ${file}`))), found);
        }
        const run = { ...of, factory, build: 5, run: inner, path: file };
        assert.deepEqual(parseRunPage(written(formatRunPage(run))), run);
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
