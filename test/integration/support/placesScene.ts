/** Files of a device, a group and the Factory, and the rows that show them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setup, teardown } from 'mocha';
import type { ConfigEntry, ConfigScope } from '../../../src/model/config';
import type { Question } from '../../../src/ui/questions';
import type { Row } from '../../../src/views/rows/row';
import { DEVICE, FACTORY } from './extension';
import { SignedIn } from './signedIn';

export const device: ConfigScope = { kind: 'device', factory: FACTORY, device: DEVICE };
export const lab = { kind: 'group', factory: FACTORY, group: 'lab' } as const;
export const whole: ConfigScope = { kind: 'factory', factory: FACTORY };

/** A Factory with forty devices for each test, and a folder that is removed after it. */
export class PlacesScene {
  factory!: SignedIn;
  questions: Question[] = [];
  /** The button that is pressed for every question. */
  answer: string | undefined;
  temporary = '';
  /** What stands for device-01 in a view. */
  readonly deviceRow = { scope: device } as unknown as Row;

  /** For the suite that is being defined. */
  static ofEach(): PlacesScene {
    const scene = new PlacesScene();
    setup(async () => {
      scene.factory = await SignedIn.start({ devices: 40 });
      scene.questions = [];
      scene.answer = undefined;
      scene.factory.api.answerQuestions((question) => {
        scene.questions.push(question);
        return Promise.resolve(scene.answer);
      });
      scene.temporary = mkdtempSync(path.join(tmpdir(), 'places-'));
    });
    teardown(async () => {
      await scene.factory.stop();
      rmSync(scene.temporary, { recursive: true });
    });
    return scene;
  }

  /** The newest entry of a configuration. */
  async latest(scope: ConfigScope): Promise<ConfigEntry> {
    return (await this.factory.entries(scope))[0]!;
  }

  rows(row?: Row): Promise<Row[]> {
    return this.factory.api.configuration.children(row);
  }

  async row(label: string, below?: Row): Promise<Row> {
    return (await this.rows(below)).find((candidate) => candidate.item().label === label)!;
  }
}
