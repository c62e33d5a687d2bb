import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { nearestName } from '../../../src/model/nearestName';
import { checkUpdateSettings, type CheckedNames, type UpdateFinding } from '../../../src/model/updateChecks';
import { applyChange, readUpdateSettings } from '../../../src/model/updateSettings';

const NAMES: CheckedNames = {
  apps: new Set(['shellhttpd', 'fluent-bit', 'telemetry']),
  tags: new Set(['main', 'devel']),
  allTags: true,
};

function findings(text: string, names: CheckedNames = NAMES): UpdateFinding[] {
  const read = readUpdateSettings(text);
  assert.ok(read.ok, text);
  return checkUpdateSettings(text, read.value, names);
}

const kinds = (text: string, names?: CheckedNames) => findings(text, names).map(({ kind }) => kind);

/** The text after all its fixes, the last first. */
function fixed(text: string): string {
  return findings(text).reduceRight((done, { fix }) => applyChange(done, fix), text);
}

/** The text after one quick fix. */
function fixedBy({ fix, twinFix }: UpdateFinding, text: string): string {
  return [fix, twinFix]
    .filter((change) => change !== undefined)
    .sort((a, b) => b.start - a.start)
    .reduce((done, change) => applyChange(done, change), text);
}

suite('Checks of update settings', () => {
  test('what is right is not mentioned', () => {
    for (const text of [
      '',
      '[pacman]\n',
      '[pacman]\ncompose_apps = ""\n',
      '[pacman]\ncompose_apps = " "\ntags = "main"\n',
      '[pacman]\ncompose_apps = "shellhttpd, fluent-bit"\ndocker_apps = "fluent-bit,shellhttpd"\n',
      '[pacman]\ndocker_apps = "shellhttpd"\n',
      '[pacman]\ntags = "devel"\n[logger]\nloglevel = 2\n',
      '[uptane]\npolling_sec = 300\npolling_seconds = "300"\n[bootloader]\nreboot_command = "reboot"\n',
    ]) {
      assert.deepEqual(findings(text), [], text);
    }
  });

  test('names that no target has, with the one that was meant', () => {
    const text = '[pacman]\ncompose_apps = "shelhttpd,telemetry,zigbee"\ntags = "mian"\n';
    assert.deepEqual(kinds(text), ['unknownApp', 'unknownApp', 'unknownTag']);
    assert.equal(fixed(text), '[pacman]\ncompose_apps = "shellhttpd,telemetry,zigbee"\ntags = "main"\n');
    const [first] = findings(text);
    assert.equal(text.slice(first!.start, first!.end), 'shelhttpd');
  });

  test('nothing is said of names while they are not known; a tag may only be unused', () => {
    const text = '[pacman]\ncompose_apps = "zigbee"\ntags = "next"\n';
    assert.deepEqual(findings(text, { apps: undefined, tags: undefined, allTags: false }), []);
    const [tag] = findings(text, { ...NAMES, apps: undefined, allTags: false });
    assert.ok(tag?.kind === 'unknownTag' && !tag.certain);
  });

  test('a name is not corrected to one that is in the list already', () => {
    assert.equal(findings('[pacman]\ncompose_apps = "shellhttpd,shellhttp"\n')[0]?.fix, undefined);
  });

  test('values of another type, with the right one', () => {
    for (const [wrong, right] of [
      ['storage_watermark = 80', 'storage_watermark = "80"'],
      ['storage_watermark = 9_0', 'storage_watermark = "90"'],
      ['compose_apps = ["shellhttpd", \'telemetry\']', 'compose_apps = "shellhttpd,telemetry"'],
      ['compose_apps = []', 'compose_apps = ""'],
    ] as const) {
      assert.deepEqual(kinds(`[pacman]\n${wrong}\n`), ['wrongType'], wrong);
      assert.equal(fixed(`[pacman]\n# kept\n${wrong}\n`), `[pacman]\n# kept\n${right}\n`);
    }
    for (const [wrong, right] of [
      ['docker_prune = true', 'docker_prune = "1"'],
      ['docker_prune = false', 'docker_prune = "0"'],
    ] as const) {
      assert.deepEqual(kinds(`[pacman]\n${wrong}\n`), ['flag'], wrong);
      assert.equal(fixed(`[pacman]\n# kept\n${wrong}\n`), `[pacman]\n# kept\n${right}\n`);
    }
    assert.equal(fixed('[logger]\nloglevel = "4"\n'), '[logger]\nloglevel = 4\n');
    assert.equal(fixed('[logger]\nloglevel = "low"\n'), '[logger]\nloglevel = "low"\n');
    assert.deepEqual(kinds('[pacman]\ncompose_apps = [1]\n'), ['wrongType']);
    assert.equal(findings('[pacman]\ncompose_apps = [1]\n')[0]?.fix, undefined);
  });

  test('duplicates go with their separator', () => {
    const text = '[pacman]\ncompose_apps = "telemetry, shellhttpd, telemetry,shellhttpd"\n';
    assert.deepEqual(kinds(text), ['duplicate', 'duplicate']);
    assert.equal(fixed(text), '[pacman]\ncompose_apps = "telemetry, shellhttpd"\n');
  });

  test('a twin that lists other apps, with the right one; it is no matter of order', () => {
    for (const [wrong, right] of [
      [
        'compose_apps = "telemetry"\n# cli\ndocker_apps = "shellhttpd"',
        'compose_apps = "telemetry"\n# cli\ndocker_apps = "telemetry"',
      ],
      ['docker_apps = "shellhttpd"\ncompose_apps = ""', 'docker_apps = ""\ncompose_apps = ""'],
      ['docker_apps = ""\ncompose_apps = "shellhttpd"', 'docker_apps = "shellhttpd"\ncompose_apps = "shellhttpd"'],
    ] as const) {
      assert.deepEqual(kinds(`[pacman]\n${wrong}\n`), ['otherTwin'], wrong);
      assert.equal(fixed(`[pacman]\n${wrong}\n`), `[pacman]\n${right}\n`);
    }
    assert.deepEqual(kinds('[pacman]\ncompose_apps = ["shellhttpd"]\ndocker_apps = "telemetry"\n'), ['wrongType']);
  });

  test('a name is corrected in both lists at once, wherever it is corrected', () => {
    const text = '[pacman]\ncompose_apps = "telemetry,shelhttpd"\ndocker_apps = "shelhttpd, telemetry"\n';
    const right = '[pacman]\ncompose_apps = "telemetry,shellhttpd"\ndocker_apps = "shellhttpd, telemetry"\n';
    assert.deepEqual(kinds(text), ['unknownApp', 'unknownApp']);
    findings(text).forEach((finding) => assert.equal(fixedBy(finding, text), right));
  });

  test('several tags, numbers out of range, and what is not documented', () => {
    assert.deepEqual(kinds('[pacman]\ntags = "main,devel"\n'), ['severalTags']);
    assert.deepEqual(kinds('[pacman]\nstorage_watermark = "10"\n'), ['outOfRange']);
    assert.deepEqual(kinds('[logger]\nloglevel = 9\n'), ['outOfRange']);
    const [key] = findings('[pacman]\ncompose_app = "x"\n');
    assert.ok(key?.kind === 'unknownKey' && key.nearest === 'compose_apps');
    assert.deepEqual(kinds('[pacman]\nown = 1\n'), ['unknownKey', 'wrongType']);
    const [table] = findings('[packman]\na = 1\nb = 2\n');
    assert.ok(table?.kind === 'unknownTable' && table.nearest === 'pacman');
    assert.deepEqual(kinds('[mine]\na = 1\n[mine.too]\nb = 1\n'), ['unknownTable']);
  });
});

suite('The name that was meant', () => {
  test('letters missing, wrong, too many and swapped; nothing far off', () => {
    const names = ['shellhttpd', 'mosquitto', 'web'];
    assert.equal(nearestName('shelhttpd', names), 'shellhttpd');
    assert.equal(nearestName('Shellhttpd', names), 'shellhttpd');
    assert.equal(nearestName('moqsuitto', names), 'mosquitto');
    assert.equal(nearestName('wbe', names), 'web');
    assert.equal(nearestName('nginx', names), undefined);
    assert.equal(nearestName('w', names), undefined);
  });
});
