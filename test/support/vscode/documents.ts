/** Documents, and the editors that show them. */
import { desk } from './desk';
import { EndOfLine } from './enums';
import type { Disposable } from './events';
import { Position, Range, TabInputText } from './values';
import type { Uri } from './uri';

export class Document {
  version = 1;
  isDirty = false;
  isClosed = false;
  readonly isUntitled = false;
  readonly eol = EndOfLine.LF;
  languageId = 'plaintext';

  constructor(
    readonly uri: Uri,
    private text: string,
  ) {}

  get fileName(): string {
    return this.uri.path;
  }

  get lineCount(): number {
    return this.text.split('\n').length;
  }

  getText(range?: Range): string {
    return range === undefined ? this.text : this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end));
  }

  lineAt(line: number | Position): { readonly text: string; readonly range: Range } {
    const at = typeof line === 'number' ? line : line.line;
    const text = this.text.split('\n')[at] ?? '';
    return { text, range: new Range(at, 0, at, text.length) };
  }

  positionAt(offset: number): Position {
    const before = this.text.slice(0, offset).split('\n');
    return new Position(before.length - 1, before.at(-1)?.length ?? 0);
  }

  offsetAt({ line, character }: Position): number {
    const before = this.text.split('\n').slice(0, line);
    return before.reduce((sum, { length }) => sum + length + 1, character);
  }

  set(text: string, isDirty: boolean): void {
    this.text = text;
    this.isDirty = isDirty;
    this.version += 1;
    desk.changed.fire({ document: this, contentChanges: [] });
  }

  async save(): Promise<boolean> {
    desk.willSave.fire({ document: this, reason: 1, waitUntil: () => undefined });
    await desk.fileSystems.get(this.uri.scheme)!.writeFile(this.uri, Buffer.from(this.text), {});
    this.isDirty = false;
    desk.saved.fire(this);
    return true;
  }
}

export interface Editor {
  readonly document: Document;
  readonly visibleRanges: readonly Range[];
  selection: Range;
  setDecorations(): void;
  revealRange(): void;
}

const same = (uri: Uri) => (document: { readonly uri: Uri }) => document.uri.toString() === uri.toString();

/** Opens a document without showing it, as VS Code does it. */
export async function openDocument(uri: Uri): Promise<Document> {
  const open = desk.documents.find(same(uri));
  if (open !== undefined) {
    return open;
  }
  const document = new Document(uri, await read(uri));
  desk.documents.push(document);
  desk.opened.fire(document);
  return document;
}

async function read(uri: Uri): Promise<string> {
  const provider = desk.providers.get(uri.scheme);
  const files = desk.fileSystems.get(uri.scheme);
  if (provider !== undefined) {
    const text = String(await provider.provideTextDocumentContent(uri));
    desk.told(`page ${uri.path}`, text);
    return text;
  }
  if (files !== undefined) {
    await files.stat(uri);
    return Buffer.from(await files.readFile(uri)).toString();
  }
  throw new Error(`nobody provides ${uri.toString()}`);
}

/** Opens a document in an editor, or shows the editor that it has. */
export async function show(uri: Uri): Promise<Editor> {
  const document = await openDocument(uri);
  let editor = desk.editors.find((shown) => shown.document === document);
  if (editor === undefined) {
    const all = new Range(0, 0, document.lineCount, 0);
    editor = {
      document,
      visibleRanges: [all],
      selection: new Range(0, 0, 0, 0),
      setDecorations: () => undefined,
      revealRange: () => undefined,
    };
    desk.editors.push(editor);
    const tab = { input: new TabInputText(uri), label: uri.path, isDirty: false };
    desk.tabs.push(tab);
    desk.tabsChanged.fire({ opened: [tab], closed: [] });
    desk.visible.fire(desk.editors);
  }
  desk.active.fire(editor);
  return editor;
}

/** The user closes an editor, or all of them. */
export function close(which?: Uri): void {
  for (const document of desk.documents.filter((open) => which === undefined || same(which)(open))) {
    desk.documents = desk.documents.filter((open) => open !== document);
    desk.editors = desk.editors.filter((editor) => editor.document !== document);
    const closed = desk.tabs.filter(({ input }) => same(document.uri)(input as TabInputText));
    desk.tabs = desk.tabs.filter((tab) => !closed.includes(tab));
    document.isClosed = true;
    desk.tabsChanged.fire({ opened: [], closed });
    desk.visible.fire(desk.editors);
    desk.closed.fire(document);
  }
  desk.active.fire(undefined);
}

/** Follows what a provider says of documents that are open. */
export function follow(source: (listener: (uri: Uri) => void) => Disposable): Disposable {
  return source((uri) => {
    const document = desk.documents.find(same(uri));
    if (document !== undefined && !document.isDirty) {
      void read(uri).then(
        (text) => document.isClosed || document.set(text, false),
        () => undefined,
      );
    }
  });
}
