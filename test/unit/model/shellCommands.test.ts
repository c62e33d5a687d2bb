import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { suite, test } from 'mocha';
import { curlCommand, fioctlCommand, shellWord, sshCommand } from '../../../src/model/shellCommands';

const subject = (name: string, bearer = false) => ({
  factory: 'acme',
  name,
  uuid: 'f4120660-ffbf',
  baseUrl: 'https://api.example',
  bearer,
});

suite('Command lines to be copied', () => {
  const NASTY = [
    'device-01',
    '',
    "it's",
    '$(touch /tmp/x)',
    '`id`',
    'a b\tc',
    'new\nline',
    '\u001b[201~; rm -rf /',
    'back\\slash',
    '"quoted"',
    '!history',
    '*?[a]',
    '~root',
    '-rf',
    'Tür\u202edrehen',
    "'\\''\u0007",
  ];

  test('whatever a name holds, the shell sees one word and exactly it', () => {
    for (const text of NASTY) {
      const word = shellWord(text);
      const seen = execFileSync('bash', ['--norc', '-c', `printf '%s.' ${word}`], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C.UTF-8' },
      });
      assert.equal(seen, `${text}.`, word);
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(word, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    }
  });

  test('fioctl gets a plain name, and for any other the uuid', () => {
    assert.equal(fioctlCommand(subject('device-01'), 'device'), 'fioctl devices show device-01 --factory acme');
    assert.equal(fioctlCommand(subject('a.b_c'), 'config'), 'fioctl devices config log a.b_c --factory acme');
    for (const name of ['a/b', 'a b', '--help', '$(id)', '.', 'ä']) {
      assert.equal(
        fioctlCommand(subject(name), 'updates'),
        'fioctl devices updates --by-uuid f4120660-ffbf --factory acme',
      );
    }
  });

  test('curl asks for the same address as we do, with the token in a variable', () => {
    assert.equal(
      curlCommand(subject('device-01'), 'config'),
      `curl -fsS -H "OSF-TOKEN: $TOKEN" 'https://api.example/ota/devices/device-01/config/?factory=acme'`,
    );
    const seen = execFileSync(
      'bash',
      [
        '--norc',
        '-c',
        `curl() { printf '%s\\n' "$@"; }; TOKEN=abc; ${curlCommand(subject("x'; $(id) \n/"), 'device')}`,
      ],
      { encoding: 'utf8' },
    );
    assert.equal(
      seen,
      '-fsS\n-H\nOSF-TOKEN: abc\nhttps://api.example/ota/devices/x%27%3B%20%24(id)%20%0A%2F/?factory=acme\n',
    );
  });

  test('curl sends the access token of application credentials as fioctl does', () => {
    const token = 'access token of more than 76 characters '.repeat(3);
    const line = curlCommand(subject('device-01', true), 'device');
    const seen = execFileSync('bash', ['--norc', '-c', `curl() { printf '%s\\n' "$@"; }; ${line}`], {
      encoding: 'utf8',
      env: { ...process.env, TOKEN: token },
    });
    assert.equal(seen.split('\n')[2], `Authorization: Bearer ${Buffer.from(token).toString('base64')}`);
    assert.doesNotMatch(line, /OSF-TOKEN/);
  });

  test('ssh takes addresses and nothing else', () => {
    assert.equal(sshCommand('192.168.1.7'), 'ssh fio@192.168.1.7');
    for (const ip of ['', '1.2.3.4; id', '-oProxyCommand=id', 'host']) {
      assert.equal(sshCommand(ip), undefined);
    }
  });
});
