import { suite, test } from 'mocha';
import { until } from '../support/until';
import { signIn } from './steps';
import { useSession } from './support/session';
import { keepsTab } from './support/storage';

const TARGET = /target raspberrypi4-64-lmp-23/;

suite('What targets are and how they differ', () => {
  const session = useSession({ viewport: { width: 1500, height: 1400 } });
  const workbench = () => session().workbench;
  const targets = () => workbench().view('Targets');
  /** Waits until the compose files of both apps that differ are drawn. */
  const bothApps = () =>
    until('both apps', async () => {
      const shown = await workbench().page.locator('.editor-group-container.active').innerText();
      const words = shown.replaceAll('\u00a0', ' ');
      return words.includes('# Compose app shellhttpd') && words.includes('# Compose app telemetry');
    });
  const openTarget = async (): Promise<void> => {
    await targets().showAlone();
    await targets().expand('main');
    await targets().expand(/^version 23/);
    await targets().expand(TARGET);
  };
  const compareComposeFiles = async (): Promise<void> => {
    const { editors, quickInput } = workbench();
    await openTarget();
    await workbench().chooseForInput(
      targets(),
      TARGET,
      /Compare Targets/,
      /Compare raspberrypi4-64-lmp-23 with which target/,
    );
    await quickInput.pick('15');
    await editors.waitFor(/raspberrypi4-64-lmp-15 → raspberrypi4-64-lmp-23/);
    await editors.waitForText(/What differs:/);
    await editors.titleAction(/Compare Compose Files/);
    await editors.waitFor(/Compose files: raspberrypi4-64-lmp-15/);
    await bothApps();
  };

  setup(() => signIn(workbench()));

  test('a target opens as a page, by the button of its row', async () => {
    const { editors } = workbench();
    await openTarget();
    await targets().inlineAction(TARGET, /Show Target Details/);
    await editors.waitFor('raspberrypi4-64-lmp-23 (details)');
    await editors.waitForText(/Operating system:/);
    await editors.titleAction(/Show Raw JSON of Target/);
    await editors.waitForText(/"targetFormat": "OSTREE"/);
  });

  test('an app opens as its compose file', async () => {
    await openTarget();
    await targets().click('shellhttpd');
    await workbench().editors.waitForText(/^services:/m);
  });

  test('two targets are compared by the menu of a row, and their compose files side by side', compareComposeFiles);

  test('the comparison is there again after a restart: its addresses say all', async () => {
    await compareComposeFiles();
    await until('the tab to be kept', () => keepsTab(session(), 'Compose files: '));
    await workbench().reload();
    await workbench().editors.waitFor(/Compose files: raspberrypi4-64-lmp-15/);
    await bothApps();
  });

  test('by the palette alone: a version and its hardware', async () => {
    await workbench().runCommand('Foundries: Show Target Details');
    const { quickInput } = workbench();
    await quickInput.waitFor(/Details of which target/);
    await quickInput.pick('9');
    await quickInput.pick('intel-corei7-64');
    await workbench().editors.waitFor('intel-corei7-64-lmp-9 (details)');
    await workbench().editors.waitForText(/Operating system:/);
  });
});
