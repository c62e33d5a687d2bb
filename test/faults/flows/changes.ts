/** Apps, WireGuard, secrecy and handlers: changes of one file that is not typed. */
import { AppChanges, type SeenApps } from '../../../src/configfs/appChanges';
import { SettingsEdits } from '../../../src/configfs/settingsEdits';
import { sameApps, type AppsSetting } from '../../../src/model/appsSetting';
import { currentFile } from '../../../src/model/config';
import { readUpdateSettings, withApps } from '../../../src/model/updateSettings';
import { firstFreeAddress, VPN_CLIENT_FILE, vpnServerAddress, withVpn } from '../../../src/model/wireguard';
import { DEVICE_UUID, FACTORY } from '../../unit/support/factory';
import { DEVICE_SCOPE } from '../operations';
import type { World } from '../support/world';
import { applying, file, filesOf, FILE } from './files';
import type { Flow } from './flow';

const PLACE = { host: 'h', scope: DEVICE_SCOPE, uuid: DEVICE_UUID };
const WANTED: AppsSetting = { kind: 'none' };

/** @returns which apps the device is told to run, past every fault */
async function appsOf(world: World): Promise<AppsSetting> {
  const read = readUpdateSettings((await file(world, 'z-50-fioctl.toml'))?.value ?? '');
  if (!read.ok || read.value.composeApps.kind === 'unclear') {
    throw new Error('the settings of the device cannot be read');
  }
  return read.value.composeApps;
}

/** Apps as their boxes show them, and a click that makes them others. */
const boxes =
  (wanted: AppsSetting): Flow['begin'] =>
  async (world) => {
    const { configs, host } = filesOf(world);
    await configs.get(DEVICE_SCOPE, 0);
    const changes = new AppChanges(new SettingsEdits(host), 0);
    const own = await appsOf(world);
    const seen: SeenApps = { own, effective: own, offered: ['shellhttpd', 'httpd'] };
    return {
      act: async () => {
        let failed: unknown;
        changes.onDidFail(({ error }) => (failed = error));
        changes.set(PLACE, seen, wanted);
        await changes.settled(PLACE);
        if (failed !== undefined) {
          throw failed as Error;
        }
      },
      done: async () => sameApps(await appsOf(world), wanted),
      kept: () => ({
        what: 'boxes as on the server',
        lost: changes.wanted(PLACE) !== undefined,
      }),
    };
  };

export const CHANGE_FLOWS: readonly Flow[] = [
  { title: 'clicks the boxes of apps', does: 'write', begin: boxes(WANTED) },
  {
    title: 'takes a change of apps back',
    does: 'write',
    begin: async (world) => {
      const { configs, host } = filesOf(world);
      await configs.get(DEVICE_SCOPE, 0);
      const edits = new SettingsEdits(host);
      const from = await appsOf(world);
      const sent = await edits.apply(PLACE, { change: (text) => withApps(text, WANTED), isAsSeen: () => true }, 'why');
      const undo = {
        change: (text: string) =>
          text === sent?.after.value && sent.before !== undefined
            ? ({ ok: true, value: sent.before.value } as const)
            : withApps(text, from),
        isAsSeen: ({ composeApps }: { composeApps: AppsSetting | { kind: 'unclear' } }) =>
          composeApps.kind !== 'unclear' && sameApps(composeApps, WANTED),
      };
      return {
        act: () => edits.apply(PLACE, undo, 'why'),
        done: async () => sameApps(await appsOf(world), from),
      };
    },
  },
  {
    title: 'switches WireGuard on',
    does: 'write',
    begin: async (world) => {
      const { configs } = filesOf(world);
      const before = await file(world, VPN_CLIENT_FILE);
      if (before === undefined) {
        throw new Error('the device has no WireGuard');
      }
      await world.witness.patchConfig(DEVICE_SCOPE, {
        reason: 'r',
        file: { ...before, value: `enabled=0\n${before.value.replace(/^(enabled|address)=.*\n?/gm, '')}` },
      });
      return {
        act: async () => {
          const [{ entries }, addresses] = await Promise.all([
            configs.get({ kind: 'factory', factory: FACTORY }, 0),
            world.client.listVpnAddresses(FACTORY),
          ]);
          const taken = new Set(addresses.map(({ ip }) => ip));
          await configs.update(DEVICE_SCOPE, (latest) => {
            const changed = withVpn(currentFile(latest, VPN_CLIENT_FILE), true, () =>
              firstFreeAddress(vpnServerAddress(entries), taken),
            );
            return changed && { reason: 'why', file: changed };
          });
        },
        done: async () => /^address=/m.test((await file(world, VPN_CLIENT_FILE))?.value ?? ''),
      };
    },
  },
  {
    title: 'edits the handler of a file',
    does: 'write',
    begin: applying(
      FILE,
      { kind: 'handler', onChanged: ['/usr/bin/reload'] },
      (found) => found?.onChanged?.join() === '/usr/bin/reload',
    ),
  },
  {
    title: 'makes a file secret',
    does: 'write',
    begin: applying(FILE, { kind: 'makeSecret' }, (found) => found?.unencrypted === false),
  },
  {
    title: 'makes a secret plain',
    does: 'write',
    begin: async (world) => {
      const sealed = { name: 'npmtok', value: 'c2VhbGVk', unencrypted: false, onChanged: undefined };
      await world.witness.patchConfig(DEVICE_SCOPE, { reason: 'r', file: sealed });
      return applying(
        'npmtok',
        { kind: 'plain', value: 'open' },
        (found) => found?.unencrypted === true && found.value === 'open',
      )(world);
    },
  },
];
