import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { suite, suiteSetup, suiteTeardown, test } from 'mocha';
import { createClient } from '../../src/api/client';
import { nodeFetch } from '../../src/api/nodeFetch';
import { foundriesServer } from '../../src/api/server';
import { Transport } from '../../src/api/transport';
import { FAULTS, TOKEN } from './faults';
import { BESIDE_THE_CLIENT, OPERATIONS } from './operations';
import { Matrix } from './support/matrix';
import { startHosts, type Hosts } from './support/hosts';
import { FLOWS } from './flows';
import { pageOf } from './support/page';

const OPERATION_NAMES = Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[];
const PAGE = 'test/faults/faults.md';

suite('Every fault', () => {
  let hosts: Hosts;
  let matrix: Matrix;
  const { stackTraceLimit } = Error;

  suiteSetup(async function () {
    this.timeout(20_000);
    // Thousands of errors are looked into, their stacks too; what is found does not need to say from where it came.
    Error.stackTraceLimit = 1;
    hosts = await startHosts();
    matrix = new Matrix(hosts);
  });
  suiteTeardown(async () => {
    Error.stackTraceLimit = stackTraceLimit;
    await matrix.close();
    await hosts.close();
  });

  test('a good certificate is taken, and an operation without a fault succeeds', async () => {
    const { origin, arrived } = hosts.trusted;
    const signal = new AbortController().signal;
    const answer = await nodeFetch(`${origin}/x`, { method: 'GET', headers: {}, signal, redirect: 'manual' });
    assert.equal(answer.status, 200);
    assert.equal(arrived.splice(0).length, 1);
    assert.deepEqual(await matrix.unharmed(), []);
  });

  test('no operation of the client is without a row', () => {
    const transport = new Transport({
      server: foundriesServer('http://127.0.0.1'),
      fetch: nodeFetch,
      token: () => Promise.resolve(TOKEN),
      userAgent: 'test',
    });
    const { server: _server, ...operations } = createClient(transport);
    assert.deepEqual([...Object.keys(operations), ...BESIDE_THE_CLIENT].sort(), Object.keys(OPERATIONS).sort());
    assert.equal(new Set(FAULTS.map(({ name }) => name)).size, FAULTS.length);
  });

  for (const name of OPERATION_NAMES) {
    test(`the operation ${name}`, async () => {
      const cells = await matrix.operation(name);
      assert.deepEqual(
        cells.flatMap(({ wrong }) => wrong),
        [],
      );
    });
  }

  for (const flow of FLOWS) {
    test(`the user ${flow.title}`, async () => {
      const cells = await matrix.flow(flow);
      assert.deepEqual(
        cells.flatMap(({ wrong }) => wrong),
        [],
      );
    });
  }

  test('the page that shows it all is up to date', async () => {
    const page = pageOf(await matrix.operations(), await matrix.flows(FLOWS));
    if (process.env.FOUNDRIES_RENEW === '1') {
      await writeFile(PAGE, page);
    }
    const written = (await readFile(PAGE, 'utf8').catch(() => '')).split(/\r?\n/);
    const lines = page.split('\n');
    const changed = [
      ...written.filter((line) => !lines.includes(line)).map((line) => `- ${line}`),
      ...lines.filter((line) => !written.includes(line)).map((line) => `+ ${line}`),
    ];
    assert.deepEqual(changed, [], `${PAGE} is not: npm run test:faults -- --renew`);
    assert.equal(lines.length, written.length);
  });
});
