import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { suite, test } from 'mocha';

const PROGRAM = path.resolve('dist/factory.js');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(...args: string[]): { child: ChildProcess; ended: Promise<Ended>; line: Promise<string> } {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  const line = new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      out += piece;
      if (out.includes('\n')) {
        resolve(out);
      }
    });
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (err += piece));
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
  return { child, ended, line };
}

suite('emulator: command line', function () {
  this.timeout(10_000);

  test('it prints one line with the address, serves, and ends on SIGTERM', async () => {
    const { child, ended, line } = start(
      '--port',
      '0',
      '--devices',
      '1000',
      '--factory',
      'my-factory',
      '--check-in',
      '5',
    );
    const match = /^Factory emulator on (http:\/\/127\.0\.0\.1:\d+) \(factory my-factory, token demo-token\)\n$/.exec(
      await line,
    );
    assert.ok(match?.[1] !== undefined, await line);
    const response = await fetch(`${match[1]}/ota/devices/?factory=my-factory&limit=10`, {
      headers: { 'osf-token': 'demo-token' },
    });
    assert.equal(((await response.json()) as { total: number }).total, 1000);
    child.kill('SIGTERM');
    assert.equal((await ended).code, 0);
  });

  test('two that are given a seed and a time answer the same bytes', async () => {
    const answers: string[] = [];
    for (const _ of [1, 2]) {
      const { child, ended, line } = start('--port', '0', '--seed', 'x', '--time', '2026-03-10T15:00:00Z');
      const url = /http:\S+/.exec(await line)?.[0] ?? '';
      const headers = { 'osf-token': 'demo-token' };
      const response = await fetch(`${url}/ota/devices/?factory=getting-started`, { headers });
      answers.push(await response.text());
      child.kill('SIGTERM');
      await ended;
    }
    assert.equal(answers[0], answers[1]);
    assert.match(answers[0] ?? '', /"last-seen":"2026-03-10T1/);
  });

  test('mistakes are told, with code 2', async () => {
    for (const [args, message] of [
      [['--port', 'x'], /--port: 'x' is not a whole number from 0 to 65535/],
      [['--devices', '0'], /--devices/],
      [['--time', 'soon'], /--time: 'soon' is not a date/],
      [['--failures', '2'], /--failures/],
      [['--nonsense'], /--nonsense/],
      [['extra'], /extra/],
    ] as const) {
      const { code, out, err } = await start(...args).ended;
      assert.equal(code, 2, args.join(' '));
      assert.match(err, message);
      assert.equal(out, '');
    }
  });

  test('help names every option', async () => {
    const { code, out } = await start('--help').ended;
    assert.equal(code, 0);
    for (const option of [
      '--port',
      '--host',
      '--devices',
      '--targets',
      '--builds',
      '--seed',
      '--check-in',
      '--update',
      '--failures',
    ]) {
      assert.ok(out.includes(option), option);
    }
  });
});
