import * as vscode from 'vscode';
import { testState, type DeviceTest, type TestResult, type TestState } from '../../model/deviceTests';
import type { ReportAddress } from '../../reports/address';
import { oneLine } from '../../ui/reportText';
import { statusText, testText } from '../../ui/testWords';
import { ago } from '../../ui/time';
import { hover } from './hover';
import { NoteRow } from './noteRow';
import { FRESH_MS, pagedRows } from './pagedRows';
import type { DeviceSource } from './reportRows';
import { idPart } from './idPart';
import type { Row } from './row';

const ICONS: Readonly<Record<TestState, readonly [icon: string, color: string | undefined]>> = {
  passed: ['pass', 'testing.iconPassed'],
  failed: ['error', 'testing.iconFailed'],
  running: ['sync', 'charts.blue'],
  skipped: ['debug-step-over', undefined],
  other: ['circle-outline', undefined],
};

/** The tests and remote actions that a device reported: one request. */
export function testRows(parent: Row, source: DeviceSource): Promise<Row[]> {
  const words = {
    failure: vscode.l10n.t('Actions and tests could not be loaded'),
    none: vscode.l10n.t('No actions or tests yet'),
  };
  return pagedRows(parent, source, source.reports.tests(source.device.name), words, (tests) =>
    tests.map((test) => new TestRow(parent, source, test)),
  );
}

/** A test or remote action. Opens to its results and the files that it left. */
class TestRow implements Row {
  readonly id: string;
  readonly parent: Row;
  readonly page: ReportAddress;
  private readonly source: DeviceSource;
  private readonly test: DeviceTest;

  constructor(parent: Row, source: DeviceSource, test: DeviceTest) {
    this.id = `${parent.id}/test/${idPart(test.id)}`;
    this.parent = parent;
    this.page = source.page({ kind: 'test', id: test.id });
    this.source = source;
    this.test = test;
  }

  item(): vscode.TreeItem {
    const { test } = this;
    const item = new vscode.TreeItem(testLabel(test), vscode.TreeItemCollapsibleState.Collapsed);
    const notes = testNotes(test);
    item.id = this.id;
    item.description = notes.join(' · ');
    item.iconPath = icon(test.status);
    item.contextValue = 'foundries.test';
    item.accessibilityInformation = { label: [testLabel(test), ...notes].join(', '), role: 'treeitem' };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    const { test } = this;
    return hover(testLabel(test), [['ID', test.id]], test.details.split('\n').slice(0, 20).map(oneLine).join('\n'));
  }

  async children(): Promise<Row[]> {
    const { device, reports, failed } = this.source;
    const { value, error } = await reports.test(device.name, this.test.id).get(FRESH_MS);
    if (value === undefined) {
      const what = vscode.l10n.t('The results could not be loaded');
      return [failed(this, what, error)];
    }
    const rows = [
      ...value.results.map((result, at) => new ResultRow(this, result, at)),
      ...[...new Set(value.artifacts)].map((name) => new ArtifactRow(this, this.source, value.id, name)),
    ];
    return rows.length > 0
      ? rows
      : [new NoteRow(`${this.id}/none`, this, vscode.l10n.t('No single results and no files'))];
  }
}

/** @returns what a test is called */
export function testLabel({ name, id }: DeviceTest): string {
  return oneLine(name === '' ? id : name);
}

/** @returns how a test ended, how long it took, and when it was */
export function testNotes(test: DeviceTest): readonly string[] {
  return [testText(test), ...(test.createdAt === undefined ? [] : [ago(test.createdAt, Date.now())])];
}

class ResultRow implements Row {
  readonly id: string;
  readonly parent: TestRow;
  readonly page: ReportAddress;
  private readonly result: TestResult;

  constructor(parent: TestRow, result: TestResult, at: number) {
    this.id = `${parent.id}/result/${at}`;
    this.parent = parent;
    this.page = parent.page;
    this.result = result;
  }

  item(): vscode.TreeItem {
    const { name, status, details } = this.result;
    const label = name === '' ? vscode.l10n.t('Result without a name') : oneLine(name);
    const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
    const notes = [statusText(status), oneLine(details).slice(0, 120)].filter((note) => note !== '');
    item.id = this.id;
    item.description = notes.join(' · ');
    item.iconPath = icon(status);
    item.contextValue = 'foundries.testResult';
    item.accessibilityInformation = { label: [label, ...notes].join(', '), role: 'treeitem' };
    item.command = { command: 'foundries.showTest', title: vscode.l10n.t('Show Result'), arguments: [this] };
    return item;
  }
}

/** A file that a test left. */
class ArtifactRow implements Row {
  readonly id: string;
  readonly parent: TestRow;
  readonly page: ReportAddress;
  private readonly name: string;

  constructor(parent: TestRow, source: DeviceSource, test: string, name: string) {
    this.id = `${parent.id}/artifact/${idPart(name)}`;
    this.parent = parent;
    this.page = source.page({ kind: 'artifact', id: test, name });
    this.name = name;
  }

  item(): vscode.TreeItem {
    const label = oneLine(this.name);
    const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
    item.id = this.id;
    item.iconPath = new vscode.ThemeIcon('file');
    item.contextValue = 'foundries.artifact';
    item.accessibilityInformation = { label: vscode.l10n.t('file {0}', label), role: 'treeitem' };
    item.command = { command: 'foundries.openArtifact', title: vscode.l10n.t('Open Artifact'), arguments: [this] };
    return item;
  }
}

function icon(status: string): vscode.ThemeIcon {
  const [name, color] = ICONS[testState(status)];
  return new vscode.ThemeIcon(name, color === undefined ? undefined : new vscode.ThemeColor(color));
}
