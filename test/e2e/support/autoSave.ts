/** How long VS Code waits before it saves by itself. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { untilEqual } from '../../support/until';
import type { Session } from './session';

const FILE = 'notes.txt';

/**
 * Waits until a file of the folder that is changed now has been saved by VS Code itself: what was changed before has been dealt
 * with then, too. That file is in front afterwards.
 */
export async function untilAutoSaved({ folder, workbench }: Session): Promise<void> {
  const { editors, quickInput } = workbench;
  const file = path.join(folder, FILE);
  writeFileSync(file, '');
  await workbench.runCommand('Go to File...');
  await quickInput.type(FILE);
  await quickInput.pick(FILE);
  await editors.waitFor(FILE);
  await editors.setText('changed\n');
  await untilEqual(`what is in ${FILE}`, () => readFileSync(file, 'utf8'), 'changed\n');
}
