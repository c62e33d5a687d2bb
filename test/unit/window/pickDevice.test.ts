import assert from 'node:assert/strict';
import { pickDevice } from '../../../src/commands/pickDevice';
import type { Device } from '../../../src/model/device';
import type { FactoryData } from '../../../src/store/connections';
import { turn } from '../../support/clock';
import { desk, type ShownPick } from '../../bench/support/vscode';

interface Item {
  readonly label: string;
  readonly device?: Device;
}

const device = (name: string) => ({ name, uuid: `uuid of ${name}`, target: '', tag: '', group: '' }) as Device;
const names = (devices: readonly { readonly name: string }[]) => devices.map(({ name }) => name);

/** A picker of a Factory with many devices, three of which are known; a search is answered when the test says so. */
function picker() {
  const known = ['device-01', 'device-02', 'device-03'].map(device);
  const asked: { readonly text: string; answer(found: readonly Device[]): void; fail(error: Error): void }[] = [];
  const factory = {
    fleet: {
      all: { state: { devices: known } },
      search: (text: string) =>
        new Promise<readonly Device[]>((answer, fail) => {
          asked.push({ text, answer, fail });
        }),
    },
  } as unknown as FactoryData;
  const state: { taken?: string | undefined } = {};
  const picked = pickDevice(factory, 'Which?').then((taken) => (state.taken = taken?.name));
  const pick = desk.pick as ShownPick<Item>;
  return { known, asked, pick, picked, state };
}

suite('Device picker: Enter', () => {
  test('before the rows of what is typed are there takes the device of that name, not the first old row', async () => {
    const { asked, pick, picked, state } = picker();
    pick.type('device-90001');
    pick.enter(pick.items[0]);
    await turn();
    assert.equal(state.taken, undefined);
    // It does not wait for the rest after the last key.
    assert.deepEqual(
      asked.map(({ text }) => text),
      ['', 'device-90001'],
    );
    asked[1]!.answer(['device-900010', 'device-90001'].map(device));
    assert.equal(await picked, 'device-90001');
  });

  test('takes the row that was active, where it is among the new ones', async () => {
    const { asked, known, pick, picked } = picker();
    pick.type('device-0');
    pick.enter(pick.items[1]);
    asked[1]!.answer([device('device-04'), ...known]);
    assert.equal(await picked, 'device-02');
  });

  test('takes none of several that nobody has seen; then what is chosen among these', async () => {
    const { asked, pick, picked, state } = picker();
    pick.type('lab');
    pick.enter(pick.items[0]);
    asked[1]!.answer(['lab-1', 'lab-2'].map(device));
    await turn();
    assert.equal(state.taken, undefined);
    assert.deepEqual(names(pick.items.flatMap((item) => item.device ?? [])), ['lab-1', 'lab-2']);
    pick.enter(pick.items[1]);
    assert.equal(await picked, 'lab-2');
  });

  test('takes nothing where the search fails, or something else was typed meanwhile', async () => {
    const { asked, pick, picked, state } = picker();
    pick.type('lab');
    pick.enter(pick.items[0]);
    pick.type('labs');
    asked[1]!.answer([device('lab')]);
    await turn();
    assert.equal(state.taken, undefined);
    pick.enter(pick.items[0]);
    asked[2]!.fail(new Error('no network'));
    await turn();
    assert.equal(state.taken, undefined);
    pick.hidden.fire(undefined);
    assert.equal(await picked, undefined);
  });

  test('on known rows takes the chosen one at once, and rows that come in leave the active one active', async () => {
    const { asked, known, pick, picked } = picker();
    pick.activeItems = [pick.items[2]!];
    asked[0]!.answer([device('device-00'), ...known]);
    await turn();
    assert.equal(pick.activeItems[0]?.device?.name, 'device-03');
    pick.enter(pick.activeItems[0]);
    assert.equal(await picked, 'device-03');
  });
});
