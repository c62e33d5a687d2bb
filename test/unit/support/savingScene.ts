import assert from 'node:assert/strict';
import { setup, teardown } from 'mocha';
import { SaveRefused, type RefusalKind } from '../../../src/configfs/saveRefused';
import { TestMemory, TestWindow } from './editor';
import { DEVICE, startTestFactory, type TestFactory } from './factory';

export const GET = `GET /ota/devices/${DEVICE}/config/`;
export const PATCH = `PATCH /ota/devices/${DEVICE}/config/`;
/** What `app.config` has at first. */
export const ORIGINAL = '[page]\nurl = "https://foundries.io/"\n';
export const SAME_SIZE = '[page]\nurl = "https://FOUNDRIES.io/"\n';
export const MINE = '[page]\nurl = "https://example.com/mine"\n';
export const THEIRS = '[page]\nurl = "https://example.com/theirs-longer"\n';

/** A Factory, and a window in which `app.config` of a device is open. */
export class SavingScene {
  factory!: TestFactory;
  memory!: TestMemory;
  window!: TestWindow;

  /** Gives each test of the suite that calls it one of its own. */
  static ofEach(): SavingScene {
    const it = new SavingScene();
    setup(async () => {
      it.factory = await startTestFactory();
      it.memory = new TestMemory();
      it.window = await new TestWindow(it.factory, it.memory, 'app.config').open();
      it.factory.seen();
    });
    teardown(() => it.factory.close());
    return it;
  }

  /** Waits for a save to be refused for that reason. */
  async refused(kind: RefusalKind, promise: Promise<void>): Promise<SaveRefused> {
    try {
      await promise;
    } catch (error) {
      assert.ok(error instanceof SaveRefused, String(error));
      assert.equal(error.kind, kind);
      assert.equal(this.window.dirty, true, 'the text is still unsent in the editor');
      return error;
    }
    throw new assert.AssertionError({ message: 'it was saved' });
  }

  /** The newest PATCH. */
  lastBody(): { reason: string; files: object[] } {
    const sent = this.factory.server.emulator.requests.all().findLast(({ method }) => method === 'PATCH');
    return JSON.parse(sent?.body ?? '') as { reason: string; files: object[] };
  }

  /** Another user's change of the file that is open. */
  theirs(value: string): Promise<void> {
    return this.factory.writeAs([{ name: 'app.config', value }]);
  }
}
