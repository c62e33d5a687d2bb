/** What the suites of the contact sheet share: a window in each theme, and the pictures taken of it. */
import { suite } from 'mocha';
import { PLAIN_TYPING } from '../e2e/steps';
import { savePicture, untilDrawn } from '../e2e/support/pictures';
import { useStory, type Session, type SessionOptions } from '../e2e/support/session';
import type { TreeView } from '../e2e/support/tree';
import type { Workbench } from '../e2e/support/workbench';

const THEMES = { dark: 'Default Dark Modern', light: 'Default Light Modern', contrast: 'Default High Contrast' };
const wanted = (process.env.FOUNDRIES_SHEET_THEMES ?? Object.keys(THEMES).join()).split(',');

/** A window that is photographed. */
export interface Sheet {
  readonly session: () => Session;
  readonly workbench: () => Workbench;
  readonly devices: () => TreeView;
  /** One picture: a cell of the sheet. */
  readonly take: (name: string) => Promise<void>;
  /** A picture of a question, which is then not answered. */
  readonly takeQuestion: (question: RegExp, name: string) => Promise<void>;
  readonly fault: (rule: object) => Promise<void>;
  readonly heal: () => void;
  readonly closeEditors: () => Promise<void>;
  /** A command that asks for a device, answered with one. */
  readonly ofDevice: (command: string, device: string) => Promise<void>;
  /** Folds all other views, so that more of this one is seen. */
  readonly only: (name: string) => Promise<TreeView>;
}

/**
 * A suite in each theme that is asked for.
 *
 * @param first the number of its first picture: the sheet is sorted by them
 */
export function sheetSuite(
  title: string,
  first: number,
  define: (sheet: Sheet, theme: string) => void,
  options: SessionOptions = {},
): void {
  for (const [theme, colorTheme] of Object.entries(THEMES).filter(([name]) => wanted.includes(name))) {
    suite(`${title}, ${theme}`, () => {
      const session = useStory({
        viewport: { width: 1280, height: 800 },
        ...options,
        settings: {
          ...PLAIN_TYPING,
          'workbench.colorTheme': colorTheme,
          'foundries.refresh.intervalSeconds': 0,
          ...options.settings,
        },
      });
      let next = first;
      const workbench = () => session().workbench;
      const take: Sheet['take'] = async (name) => {
        // Where it rests a pointer shows hovers and buttons: on nothing.
        await workbench().page.mouse.move(200, 17);
        await untilDrawn(workbench().page);
        await savePicture(workbench().page, `${String(next++).padStart(2, '0')} ${name} (${theme})`);
      };
      define(
        {
          session,
          workbench,
          devices: () => workbench().view('Devices'),
          take,
          takeQuestion: async (question, name) => {
            await workbench().dialog.waitFor(question);
            await take(name);
            await workbench().dialog.click('Cancel');
          },
          fault: (rule) => session().control.fault(rule),
          heal: () => session().factory.emulator.faults.clear(),
          closeEditors: () => workbench().runCommand('View: Close All Editors'),
          ofDevice: async (command, device) => {
            const { quickInput } = workbench();
            await workbench().runCommand(command);
            await quickInput.waitFor(/device/i);
            await quickInput.type(device);
            await quickInput.waitForRows(([first]) => first?.label === device, device);
            await quickInput.accept();
          },
          only: async (name) => {
            for (const other of ['Devices', 'Targets', 'Configuration', 'Builds', 'Waves']) {
              await workbench().view(other)[other === name ? 'show' : 'fold']();
            }
            return workbench().view(name);
          },
        },
        theme,
      );
    });
  }
}
