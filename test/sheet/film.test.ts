/** The film of a newcomer's first minute: its frames are no cells of the sheet. */
import { test } from 'mocha';
import { firstMinute } from '../e2e/firstMinute';
import { drawPointer } from '../e2e/support/hand';
import { savePicture, untilDrawn } from '../e2e/support/pictures';
import { sheetSuite } from './sheet';

sheetSuite(
  'Film',
  0,
  ({ workbench }, theme) => {
    test('the first minute', async () => {
      let frame = 0;
      await firstMinute(workbench(), async (name, next) => {
        // Away from the last button, whose hover would hide what is next.
        await workbench().page.mouse.move(200, 17);
        await untilDrawn(workbench().page);
        await drawPointer(workbench().page, next);
        await savePicture(workbench().page, `film-${++frame} ${name}-${theme}`);
        await drawPointer(workbench().page, undefined);
      });
    });
  },
  { viewport: { width: 1100, height: 800 } },
);
