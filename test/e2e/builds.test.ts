import { suite, test } from 'mocha';
import { signIn } from './steps';
import { useSession } from './support/session';

suite('Builds', () => {
  const session = useSession({ viewport: { width: 1500, height: 1400 } });
  const workbench = () => session().workbench;

  test('from the newest build to the error in the log of one that failed', async () => {
    await signIn(workbench());
    // A view that was folded opens as low as can be.
    await workbench().view('Devices').fold();
    await workbench().runCommand('Foundries: Show Latest Build');
    const builds = workbench().view('Builds');
    await builds.waitForRow(/^Build \d+, .*(running|waiting)/);
    const failed = /^Build \d+, containers-.*failed after/;
    await builds.expand(failed);
    await builds.click(/^run build-aarch64, failed/);
    await workbench().editors.waitFor(/build-aarch64 \(\d+\)\.log/);
    await workbench().editors.waitForText(/Setting up container environment/);
    await workbench().runCommand('Foundries: Go to Next Error in Log');
    await workbench().editors.waitForText(/ERROR: a command failed/);
  });
});
