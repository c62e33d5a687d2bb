import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Services } from '../../../src/commands/services';
import { pruneTargets } from '../../../src/commands/targets/prune';
import { editTargetTags, promoteTargets } from '../../../src/commands/targets/tags';
import { waveCommands } from '../../../src/commands/waves/waves';
import type { Question } from '../../../src/ui/questions';
import { desk } from '../../support/vscode';
import { CommandScene, labelled } from '../support/commandScene';
import { FACTORY } from '../support/factory';

const HOURS = 4;
const WAVE = 'spring-rollout';

suite('What previews of prune, promote, tags and waves say of devices', () => {
  let it: CommandScene;
  let services: Services;
  let asked: Question[];
  setup(async () => {
    it = await CommandScene.start();
    asked = [];
    const ask = (question: Question) => {
      asked.push(question);
      return Promise.resolve(undefined);
    };
    services = { ...it.services, questions: { ask } } as unknown as Services;
    const { control } = it.factory;
    await control.changeDevice({ name: 'kiosk', create: true, tag: 'stable', isProd: true });
    await control.changeDevice({ name: 'shelf', create: true, tag: 'stable' });
    await control.changeDevice({ name: 'desk', create: true, tag: 'stable', hardware: 'intel-corei7-64' });
    // A new device was seen just now: one that the Factory began with is offline.
    const old = (await devices()).find(
      ({ tag, production, target, name }) =>
        tag === 'stable' && production && name !== 'kiosk' && !target.endsWith('-18'),
    );
    await control.changeDevice({ name: old!.name, online: false });
  });
  teardown(() => it.factory.close());

  const devices = async () => (await it.factory.client.listDevices({ factory: FACTORY, limit: 1000 })).devices;
  /** What the list of devices says, which counts each once. */
  const counted = async (fits: (device: Awaited<ReturnType<typeof devices>>[number]) => boolean) => {
    const found = (await devices()).filter(fits);
    const since = it.factory.server.emulator.clock.now() - HOURS * 3_600_000;
    const production = found.filter((device) => device.production).length;
    const offline = found.filter(({ lastSeen }) => (lastSeen ?? 0) < since).length;
    return {
      devices: found.length,
      production: production === 0 ? 'None of them is a production device.' : `Production devices: ${production}.`,
      offline: offline === 0 ? 'None is offline.' : `Offline: ${offline}.`,
    };
  };
  const targets = async () => (await it.context.factory.targets.load()).targets;
  const named = async (name: string) => ({ target: (await targets()).find((each) => each.name === name)! });
  const wave = async () => ({ wave: (await it.context.factory.waves.load()).waves.find(({ name }) => name === WAVE)! });
  const lines = () => {
    assert.equal(asked.length, 1, desk.messages.join('\n'));
    return asked[0]!.detail.split('\n');
  };
  const writes = () => it.factory.seen().filter((request) => !request.startsWith('GET ') && !request.includes('dry'));
  const inProgress = async () => {
    const status = await it.factory.client.getWaveStatus(FACTORY, WAVE, HOURS);
    return { status, text: `${status.updated} of ${status.devices}` };
  };
  const fault = (rule: object) => it.factory.server.emulator.faults.add(rule);

  test('prune of a version that a wave rolls out: the wave is named first, and what to do about it', async () => {
    const { text } = await inProgress();
    await pruneTargets(services, it.context, await named('raspberrypi4-64-lmp-18'), undefined);
    assert.match(
      lines()[0]!,
      new RegExp(
        `^Wave ${WAVE} is in progress and rolls out version 18, which would be pruned: ${text} production devices updated, ` +
          String.raw`\d+ will update\. Complete or cancel the wave first\.$`,
      ),
    );
    assert.deepEqual(asked[0]!.buttons, ['Prune', 'Show Everything']);
  });

  test('prune counts the devices that run it, of them in production and offline', async () => {
    const target = 'raspberrypi4-64-lmp-18';
    const runs = await counted((device) => device.target === target);
    assert.equal(runs.devices, 1);
    await pruneTargets(services, it.context, await named(target), undefined);
    const text = `1 device still runs what would be pruned, and keeps it. ${runs.production} ${runs.offline}`;
    assert.ok(lines().includes(text), asked[0]!.detail);
  });

  test('prune of another hardware than the wave rolls out to does not blame the wave', async () => {
    it.factory.server.emulator.faults.add({
      match: { method: 'GET', path: `/waves/${WAVE}/` },
      status: 200,
      body: { targets: { signed: { targets: { 'intel-corei7-64-lmp-18': {} } } } },
      count: null,
    });
    await pruneTargets(services, it.context, await named('raspberrypi4-64-lmp-18'), undefined);
    assert.match(lines()[0]!, /^In progress: wave spring-rollout rolls out version 18/);
  });

  test('promote to a tag that production devices follow, of targets for two hardware ids: each device once', async () => {
    const [newest] = await targets();
    const both = (await targets()).filter(({ version }) => version === newest!.version);
    assert.equal(both.length, 2);
    const rows = both.map((target) => ({ target }));
    const follow = await counted(({ tag }) => tag === 'stable');
    assert.ok(follow.devices > 4, 'followers of both kinds');
    desk.choose = labelled('stable');
    await promoteTargets(services, it.context, rows[0], rows);
    const [first, ...others] = lines().filter((line) => line.startsWith('Devices that follow'));
    assert.deepEqual(others, []);
    assert.equal(
      first,
      `Devices that follow tag stable: ${follow.devices}. ${follow.production} ${follow.offline} ` +
        'Production devices take targets from waves only, not by their tag.',
    );
    assert.match(follow.production, /^Production devices: [1-9]/);
    assert.match(follow.offline, /^Offline: [1-9]/);
    const { text } = await inProgress();
    assert.match(lines()[0]!, new RegExp(`^In progress: wave ${WAVE} rolls out version 18 .* stable: ${text} updated`));
    assert.ok(lines().filter((line) => line.startsWith('Tag stable on ')).length === 2, asked[0]!.detail);
    assert.doesNotMatch(asked[0]!.detail, /\(\d+ devices? follow/);
  });

  test('a change of several tags counts the devices of all of them', async () => {
    const [newest] = await targets();
    const follow = await counted(({ tag }) => tag === 'main' || tag === 'stable');
    desk.choose = (items) => labelled('Replace All Tags…')(items);
    desk.meet = (box) => {
      box.type('stable');
      void box.enter();
    };
    desk.type = () => 'stable';
    assert.deepEqual(newest!.tags, ['main']);
    await editTargetTags(services, it.context, { target: newest }, undefined);
    const text = `Devices that follow the tags main, stable: ${follow.devices}. ${follow.production} ${follow.offline}`;
    assert.ok(
      lines().some((line) => line.startsWith(text)),
      asked[0]!.detail,
    );
  });

  test('where the service refuses to count, it is said why, and the user is asked all the same', async () => {
    fault({ match: { method: 'GET', path: '/status/' }, status: 403, body: { message: 'no' }, count: null });
    fault({ match: { method: 'GET', path: `/${FACTORY}/waves/` }, status: 500, body: 'x', count: null });
    desk.choose = labelled('stable');
    const [newest] = await targets();
    await promoteTargets(services, it.context, { target: newest }, undefined);
    const said = lines();
    assert.ok(
      said.some((line) => /^Could not count the devices that follow tag stable\. .*(403|permitted)/.test(line)),
      asked[0]!.detail,
    );
    assert.ok(
      said.some((line) => /^Could not find out whether a wave is in progress\. ./.test(line)),
      asked[0]!.detail,
    );
    assert.doesNotMatch(asked[0]!.detail, /None is offline|Devices that follow tag stable: /);
  });

  test('counts that contradict each other are none', async () => {
    const tag = { name: 'stable', 'devices-total': 3, 'devices-online': 3 };
    const body = { 'total-devices': 9, tags: [tag], 'prod-tags': [], 'wave-tags': [tag] };
    fault({ match: { method: 'GET', path: `/${FACTORY}/status/` }, status: 200, body, count: null });
    desk.choose = labelled('stable');
    const [newest] = await targets();
    await promoteTargets(services, it.context, { target: newest }, undefined);
    assert.ok(
      lines().includes(
        'Could not count the devices that follow tag stable. The counts of the service contradict each other.',
      ),
      asked[0]!.detail,
    );
  });

  for (const how of ['complete', 'cancel'] as const) {
    test(`to ${how} a wave: whom it is for, and how far it has come`, async () => {
      const follow = await counted(({ tag, production }) => tag === 'stable' && production);
      const { text } = await inProgress();
      await waveCommands(services, {} as never)[`foundries.${how}Wave`](await wave());
      const said = lines();
      assert.equal(said[0], `The wave is for ${follow.devices} devices. ${follow.production} ${follow.offline}`);
      assert.match(follow.offline, /^Offline: [1-9]/);
      assert.match(said[1]!, new RegExp(`^In progress: wave ${WAVE} rolls out version 18 .*: ${text} updated`));
      assert.deepEqual(writes(), []);
    });
  }

  test('a rollout: how many of its devices are offline', async () => {
    desk.choose = (items) => labelled('Devices of Any Group', 'A Number of Devices…')(items);
    desk.type = () => '100';
    await waveCommands(services, {} as never)['foundries.rolloutWave'](await wave());
    const said = lines();
    assert.match(
      said[0]!,
      /^It reaches ([1-9]\d*) devices\. Production devices: \1\. Offline, to get it when they are back: 1\.$/,
    );
    assert.match(said[1]!, new RegExp(`^In progress: wave ${WAVE} `));
  });

  test('to create a wave: the tags that production devices follow, with the wave that is in progress', async () => {
    const follow = await counted(({ tag, production }) => tag === 'stable' && production);
    let shown: readonly { readonly label: string; readonly detail?: string; readonly line?: string }[] = [];
    desk.choose = (items) => {
      shown = items as typeof shown;
      return undefined;
    };
    await waveCommands(services, {} as never)['foundries.createWave']();
    const row = shown.find(({ label }) => label === 'Create a Wave for Tag stable');
    assert.match(
      row?.detail ?? '',
      new RegExp(`^It reaches ${follow.devices} devices\\. ${follow.production} Offline`),
    );
    assert.match(row?.detail ?? '', new RegExp(`In progress: wave ${WAVE} rolls out version 18`));
    assert.match(row?.line ?? '', /<version> stable$/);
  });

  test('who cancels the counting is asked nothing, and nothing is sent', async () => {
    let cancel: (() => void) | undefined;
    const { withProgress } = vscode.window;
    const token = {
      isCancellationRequested: false,
      onCancellationRequested: (listener: () => void) => {
        cancel = listener;
        return { dispose: () => undefined };
      },
    };
    Object.assign(vscode.window, {
      withProgress: (options: vscode.ProgressOptions, task: (progress: object, token: object) => Thenable<unknown>) =>
        options.cancellable === true
          ? task({ report: () => undefined }, token)
          : withProgress(options, task as Parameters<typeof withProgress>[1]),
    });
    // The answer does not come while the user waits.
    const held = it.factory.network.hold({ fits: ({ url }) => url.includes(`/${FACTORY}/status/`) });
    try {
      desk.choose = labelled('stable');
      const [newest] = await targets();
      const promoted = promoteTargets(services, it.context, { target: newest }, undefined);
      await held.arrived;
      cancel?.();
      await promoted;
      assert.deepEqual(asked, []);
      assert.deepEqual(desk.messages, []);
      assert.deepEqual(writes(), []);
    } finally {
      held.release();
      Object.assign(vscode.window, { withProgress });
    }
  });
});
