/** Rows below a device and the pages that they open, as a person goes from one to the other. */
import assert from 'node:assert/strict';
import { setup, teardown } from 'mocha';
import * as vscode from 'vscode';
import type { Device } from '../../../src/model/device';
import type { Row } from '../../../src/views/rows/row';
import { until } from '../../support/until';
import { SignedIn } from './signedIn';

/** Everything that could become more than text somewhere. */
export const HOSTILE = [
  '[x](command:workbench.action.quit)',
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '\u202egnp.evil\u2066',
  'line one\nIdentity:\r\n    Name  fake\u2028two',
  '`| ---`|$(trash)',
];
export const hostile = HOSTILE.join(' ');

/** What tests of a suite on device reports have in common: a Factory for each, whose devices are loaded. */
export class DeviceReportsScene {
  factory!: SignedIn;

  /** For the suite that is being defined. */
  static ofEach(): DeviceReportsScene {
    const scene = new DeviceReportsScene();
    setup(async () => {
      scene.factory = await SignedIn.start();
      await scene.below();
      scene.factory.seen();
    });
    teardown(() => scene.factory.stop());
    return scene;
  }

  readonly run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);
  readonly below = (row?: Row) => this.factory.api.devices.children(row);

  readonly deviceRow = async (name: string): Promise<Row> =>
    (await this.below()).find((row) => (row as Row & { device?: Device }).device?.name === name)!;

  readonly child = async (row: Row, label: RegExp): Promise<Row> => {
    const rows = await this.below(row);
    const found = rows.find((candidate) => label.test(labelOf(candidate)));
    assert.ok(found, `${String(label)} among ${rows.map(labelOf).join(', ')}`);
    return found;
  };

  /** Waits for a page in front. */
  readonly page = (): Promise<vscode.TextDocument> =>
    until('a page', () => {
      const document = vscode.window.activeTextEditor?.document;
      return document?.uri.scheme === 'foundries-device' && document;
    });
}

export const labelOf = (row: Row | undefined): string => {
  const label = row?.item().label;
  return typeof label === 'string' ? label : '';
};

export const descriptionOf = (row: Row | undefined): string => {
  const description = row?.item().description;
  return typeof description === 'string' ? description : '';
};
