/** What several end-to-end suites do. */
import type { FactoryServer } from '../../src/demo/server';
import type { FactoryControl } from '../support/factoryControl';
import type { Workbench } from './support/workbench';

/** Settings with which what a test types is what is in the editor. */
export const PLAIN_TYPING = {
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.autoSurround': 'never',
};

const FACTORY = 'getting-started';

/** Signs in by the welcome view, and waits for the devices. */
export async function signIn(workbench: Workbench, token = 'demo-token'): Promise<void> {
  await workbench.openActivity('Foundries');
  const devices = workbench.view('Devices');
  await devices.welcomeButton('Sign In');
  await workbench.quickInput.waitFor(/Sign in to/);
  await workbench.quickInput.type(token);
  await workbench.quickInput.accept();
  await devices.waitForRow('device-01');
}

/** Opens a configuration file of a device by the tree. */
export async function openFile(workbench: Workbench, file: string, device = 'device-01'): Promise<void> {
  const devices = workbench.view('Devices');
  await devices.expand(device);
  await devices.doubleClick(file);
  await workbench.editors.waitFor(file.split('/').at(-1) ?? file);
}

/** Changes a configuration file of device-01 as another user. */
export async function changeAsAnother(control: FactoryControl, file: string, value: string): Promise<void> {
  await control.writeConfig({ device: 'device-01', files: [{ name: file, value }] });
}

/** Sends a request as another program of the same user would. */
export async function callApi(factory: FactoryServer, path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(`${factory.url}${path}`, {
    ...init,
    headers: { 'OSF-TOKEN': 'demo-token', 'Content-Type': 'application/json' },
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${path}: ${response.status} ${text}`);
  }
  return text === '' ? undefined : JSON.parse(text);
}

/** @param place `devices/NAME`, or `factories/getting-started/device-groups/NAME` */
export async function valueIn(factory: FactoryServer, place: string, file: string): Promise<string | undefined> {
  const { config } = (await callApi(factory, `/ota/${place}/config/?factory=${FACTORY}`)) as {
    config: { files: { name: string; value: string }[] }[];
  };
  return config[0]?.files.find(({ name }) => name === file)?.value;
}

/** The value of a configuration file of device-01 on the server. */
export async function serverValue(factory: FactoryServer, file: string): Promise<string | undefined> {
  return valueIn(factory, 'devices/device-01', file);
}
