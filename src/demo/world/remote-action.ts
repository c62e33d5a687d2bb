/** Remote actions and the tests they leave behind (docs/api.md §2.1.7, §4.5). */
import { SECOND } from '../clock';
import type { ConfigFile } from './config-history';
import { ONESHOT_HANDLER, ONESHOT_PREFIX, runsHandler } from './known-files';

/** A test record of a device, or of a target. */
export interface TestRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly completedAt: number;
  readonly passes: boolean;
  readonly details: string;
  readonly results: readonly { readonly name: string; readonly passes: boolean }[];
  readonly artifacts: ReadonlyMap<string, string>;
}

/** The action that a config file asks for through its handler; undefined when it is none, or says so in no readable way. */
export function requestedAction(file: ConfigFile): { name: string; commandId: string } | undefined {
  const name =
    file.name.startsWith(ONESHOT_PREFIX) && runsHandler(file, ONESHOT_HANDLER) ? (file.onChanged[1] ?? '') : '';
  const commandId = /^COMMAND_ID=([A-Za-z0-9_-]{15,48})$/m.exec(file.value)?.[1];
  return name === '' || commandId === undefined ? undefined : { name, commandId };
}

/** What running an action leaves: the test with its console log (docs/api.md §4.5). */
export function runAction(
  name: string,
  commandId: string,
  at: number,
  allowed: readonly string[],
  deviceName: string,
): TestRecord {
  const known = allowed.includes(name);
  const console = known
    ? `+ /usr/share/fioconfig/actions/${name}\n${deviceName}: ${name} done\n`
    : `sh: /usr/share/fioconfig/actions/${name}: not found\n`;
  const artifacts = new Map([['console.log', console]]);
  if (known && name === 'diag') {
    artifacts.set('dmesg.log', '[    0.000000] Booting Linux on physical CPU 0x0000000000\n');
  }
  return {
    id: commandId,
    name,
    createdAt: at + 500,
    completedAt: at + 3 * SECOND,
    passes: known,
    details: `/usr/share/fioconfig/actions/${name}`,
    results:
      known && name === 'diag'
        ? [
            { name: 'network', passes: true },
            { name: 'docker', passes: true },
          ]
        : [],
    artifacts,
  };
}

/** A test as it is answered (docs/api.md §2.1.7): seconds as floats, 0 when unset; results only when it is asked for alone. */
export function testToWire(
  test: TestRecord,
  device: { readonly uuid: string; readonly name: string },
  now: number,
  detailed: boolean,
): Record<string, unknown> {
  const done = test.completedAt <= now;
  return {
    name: test.name,
    'test-id': test.id,
    'device-uuid': device.uuid,
    'device-name': device.name,
    status: !done ? 'RUNNING' : test.passes ? 'PASSED' : 'FAILED',
    details: test.details,
    'created-on': test.createdAt / 1000,
    'completed-on': done ? test.completedAt / 1000 : 0,
    results:
      detailed && done
        ? test.results.map(({ name, passes }) => ({ name, status: passes ? 'PASSED' : 'FAILED', details: '' }))
        : [],
    artifacts: done ? [...test.artifacts.keys()] : [],
  };
}
