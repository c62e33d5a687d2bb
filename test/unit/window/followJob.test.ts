import assert from 'node:assert/strict';
import { followJob } from '../../../src/commands/targets/followJob';
import type { CommandContext } from '../../../src/commands/services';
import { clearDesk, desk } from '../../support/vscode';

test('A CI job that is followed has a link to its log while it runs', async () => {
  clearDesk();
  const build = { id: 7, status: 'PASSED', runs: [{ name: "it's (one)", status: 'PASSED' }], webUrl: '' };
  const context = {
    connection: {
      account: {},
      client: { server: { key: 'api.test' }, getBuild: () => Promise.resolve(build) },
    },
    factory: { name: 'f', targets: { jobsEnded: () => Promise.resolve(), awaitJob: () => undefined } },
  } as unknown as CommandContext;
  await followJob(context, {
    title: 'Pruning',
    done: 'Pruned.',
    job: { build: 7, webUrl: '' },
    wrong: () => Promise.resolve([]),
  });
  const messages = desk.progress.map((value) => (value as { readonly message: string }).message);
  const link = /\(\[Show Log\]\(command:foundries\.showRunLog\?([^()'\s]+)\)\)$/.exec(messages[1] ?? '')?.[1];
  assert.match(decodeURIComponent(link ?? ''), /^\["foundries-run:\/\/api\.test\/.*7.*"\]$/, messages.join('\n'));
  assert.deepEqual(desk.messages, ['Pruned.']);
});
