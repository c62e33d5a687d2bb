/** What several end-to-end suites do. */
import type { FactoryServer } from '../../src/demo/server';
import type { Workbench } from './support/workbench';

/** Settings with which what a test types is what is in the editor. */
export const PLAIN_TYPING = {
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.autoSurround': 'never',
};

/** Signs in by the welcome view, and waits for the devices. */
export async function signIn(workbench: Workbench, token = 'demo-token'): Promise<void> {
  await workbench.openActivity('Foundries');
  const devices = workbench.view('Devices');
  await devices.welcomeButton('Sign In');
  await workbench.quickInput.waitFor(/Sign in to/);
  await workbench.quickInput.type(token);
  await workbench.quickInput.accept();
  await devices.row('device-01').waitFor();
}

/** Opens a configuration file of a device by the tree. */
export async function openFile(workbench: Workbench, file: string, device = 'device-01'): Promise<void> {
  const devices = workbench.view('Devices');
  await devices.expand(device);
  await devices.row(file).waitFor();
  await devices.doubleClick(file);
  await workbench.editors.waitFor(file);
}

/** Changes a configuration file as another user. */
export async function changeAsAnother(factory: FactoryServer, file: string, value: string): Promise<void> {
  const response = await fetch(`${factory.url}/_emulator/config`, {
    method: 'POST',
    body: JSON.stringify({ device: 'device-01', files: [{ name: file, value }], reason: 'by somebody else' }),
  });
  if (!response.ok) {
    throw new Error(await response.text());
  }
}

/** The value of a configuration file on the server. */
export async function serverValue(factory: FactoryServer, file: string): Promise<string | undefined> {
  const response = await fetch(`${factory.url}/ota/devices/device-01/config/?factory=getting-started`, {
    headers: { 'OSF-TOKEN': 'demo-token' },
  });
  const { config } = (await response.json()) as { config: { files: { name: string; value: string }[] }[] };
  return config[0]?.files.find(({ name }) => name === file)?.value;
}
