import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { factoryOfRemotes, hubImages, missingImages, type TopFolder } from '../../../src/model/containersRepository';

suite('A containers.git', () => {
  test('is told by the address of its remote', () => {
    const git = (url: string) => `[core]\n\tbare = false\n[remote "origin"]\n\turl = ${url}\n\tfetch = +refs/heads/*\n`;
    const acme = { domain: 'foundries.io', factory: 'acme' };
    assert.deepEqual(factoryOfRemotes(git('https://source.foundries.io/factories/acme/containers.git')), acme);
    assert.deepEqual(factoryOfRemotes(git('https://me@source.foundries.io/factories/acme/containers.git/')), acme);
    assert.deepEqual(factoryOfRemotes(git('https://source.meds.example/factories/x/containers')), {
      domain: 'meds.example',
      factory: 'x',
    });
    for (const other of [
      'https://source.foundries.io/factories/acme/lmp-manifest.git',
      'https://github.com/acme/containers.git',
      'https://evil.example/?https://source.foundries.io/factories/acme/containers.git',
    ]) {
      assert.equal(factoryOfRemotes(git(other)), undefined, other);
    }
  });

  const compose = [
    'services:',
    '  web:',
    '    image: hub.foundries.io/acme/web:latest',
    '    # image: hub.foundries.io/acme/old:latest',
    '  db:',
    '    image: "hub.foundries.io/acme/db@sha256:00"',
    '  other:',
    '    image: hub.foundries.io/elsewhere/thing',
    '  outside: { }',
    '    image: nginx:1.27',
    '    image: hub.foundries.io/acme/${NAME}:latest',
    '  off:',
    "    image: 'hub.foundries.io/acme/off:${TAG}'",
  ].join('\n');

  test('names the images of the registry, with their places', () => {
    const images = hubImages(compose);
    assert.deepEqual(
      images.map(({ factory, name }) => `${factory}/${name}`),
      ['acme/web', 'acme/db', 'elsewhere/thing', 'acme/off'],
    );
    assert.deepEqual(
      images.map(({ start, end }) => compose.slice(start, end)),
      [
        'hub.foundries.io/acme/web',
        'hub.foundries.io/acme/db',
        'hub.foundries.io/elsewhere/thing',
        'hub.foundries.io/acme/off',
      ],
    );
  });

  test('misses the images that nothing in it builds', () => {
    const folder = (name: string, files: string[], builds: string[] = []): TopFolder => ({
      name,
      files: new Set(files),
      builds,
    });
    const of = { domain: 'foundries.io', factory: 'acme' };
    const names = (folders: TopFolder[]) =>
      missingImages(compose, of, folders).map(({ name, disabled }) => [name, disabled]);
    assert.deepEqual(names([folder('web', ['Dockerfile'])]), [
      ['db', false],
      ['off', false],
    ]);
    assert.deepEqual(
      names([
        folder('web', ['Dockerfile']),
        folder('images', ['.ci-search-subdirs'], ['db']),
        folder('off.disabled', ['Dockerfile']),
      ]),
      [['off', true]],
    );
    assert.deepEqual(names([folder('web', ['docker-compose.yml'])]).length, 3);
  });
});
