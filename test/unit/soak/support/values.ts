/** What code makes of VS Code's values: they keep what they are given. */
export class Disposable {
  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => all.forEach((each) => each.dispose()));
  }

  constructor(private end: (() => unknown) | undefined) {}

  dispose(): void {
    const { end } = this;
    this.end = undefined;
    end?.();
  }
}

const emitters = new Set<WeakRef<EventEmitter<never>>>();

/** @returns listeners of all events that are still there; garbage is to be collected before */
export function listenerCount(): number {
  let count = 0;
  for (const reference of emitters) {
    const emitter = reference.deref();
    if (emitter === undefined) {
      emitters.delete(reference);
    } else {
      count += emitter.size;
    }
  }
  return count;
}

export class EventEmitter<T> {
  private readonly listeners = new Set<{ readonly run: (event: T) => unknown }>();

  constructor() {
    emitters.add(new WeakRef(this as unknown as EventEmitter<never>));
  }

  get size(): number {
    return this.listeners.size;
  }

  readonly event = (
    listener: (event: T) => unknown,
    thisArgument?: unknown,
    disposables?: Disposable[],
  ): Disposable => {
    const entry = { run: thisArgument === undefined ? listener : listener.bind(thisArgument) };
    this.listeners.add(entry);
    const subscription = new Disposable(() => this.listeners.delete(entry));
    disposables?.push(subscription);
    return subscription;
  };

  fire(event: T): void {
    [...this.listeners].forEach(({ run }) => run(event));
  }

  dispose(): void {
    this.listeners.clear();
  }
}

interface Parts {
  readonly scheme?: string;
  readonly authority?: string;
  readonly path?: string;
  readonly query?: string;
  readonly fragment?: string;
}

const encoded = (text: string): string => encodeURIComponent(text).replaceAll('%2F', '/');

export class Uri {
  static from = (parts: Parts): Uri => new Uri(parts);
  static file = (path: string): Uri => new Uri({ scheme: 'file', path });
  static joinPath = (base: Uri, ...more: string[]): Uri => base.with({ path: [base.path, ...more].join('/') });
  static parse = (text: string): Uri => {
    const [, scheme = '', authority = '', path = '', query = '', fragment = ''] =
      /^([\w-]+):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(text) ?? [];
    const [a, p, q, f] = [authority, path, query, fragment].map(decodeURIComponent);
    return new Uri({ scheme, authority: a!, path: p!, query: q!, fragment: f! });
  };

  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;

  private constructor({ scheme = 'file', authority = '', path = '', query = '', fragment = '' }: Parts) {
    Object.assign(this, { scheme, authority, path, query, fragment });
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
    this.query = query;
    this.fragment = fragment;
  }

  get fsPath(): string {
    return this.path;
  }

  with(parts: Parts): Uri {
    const { scheme, authority, path, query, fragment } = this;
    return new Uri({ scheme, authority, path, query, fragment, ...parts });
  }

  toString(): string {
    const [authority, path, query, fragment] = [this.authority, this.path, this.query, this.fragment].map(encoded);
    return `${this.scheme}://${authority}${path}${query === '' ? '' : `?${query}`}${fragment === '' ? '' : `#${fragment}`}`;
  }
}

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

export class Range {
  readonly start: Position;
  readonly end: Position;

  constructor(...of: [Position, Position] | [number, number, number, number]) {
    const [start, end] =
      typeof of[0] === 'number'
        ? [new Position(of[0], of[1] as number), new Position(of[2]!, of[3]!)]
        : (of as [Position, Position]);
    this.start = start;
    this.end = end;
  }

  with({ start = this.start, end = this.end }: { start?: Position; end?: Position }): Range {
    return new Range(start, end);
  }

  contains(): boolean {
    return false;
  }
}

export class Selection extends Range {
  get active(): Position {
    return this.end;
  }
}

export class TreeItem {
  label: unknown;
  resourceUri: Uri | undefined;

  constructor(
    label: unknown,
    public collapsibleState: unknown = 'None',
  ) {
    this.label = label;
  }
}

export class ThemeIcon {
  static readonly File = new ThemeIcon('file');
  static readonly Folder = new ThemeIcon('folder');

  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class MarkdownString {
  constructor(public value = '') {}

  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }

  appendText(text: string): this {
    this.value += text;
    return this;
  }

  appendCodeblock(text: string): this {
    this.value += text;
    return this;
  }
}

/** A value of which only counts that it can be made. */
class Kept {
  readonly made: readonly unknown[];

  constructor(...made: unknown[]) {
    this.made = made;
  }
}
export class CodeLens extends Kept {}
export class CompletionItem extends Kept {}
export class SnippetString extends Kept {}
export class Hover extends Kept {}
export class CodeAction extends Kept {}
export class DocumentSymbol extends Kept {
  readonly children: unknown[] = [];
}
export class FoldingRange extends Kept {}
export class DocumentLink extends Kept {}
export class WorkspaceEdit extends Kept {}
export class RelativePattern extends Kept {}
export class DataTransferItem extends Kept {}

export class Diagnostic {
  constructor(
    readonly range: Range,
    readonly message: string,
    readonly severity: unknown,
  ) {}
}

export class FileDecoration {
  constructor(
    readonly badge?: string,
    readonly tooltip?: string,
    readonly color?: ThemeColor,
  ) {}
}

export class TabInputText {
  constructor(readonly uri: Uri) {}
}

export class TabInputTextDiff {
  constructor(
    readonly original: Uri,
    readonly modified: Uri,
  ) {}
}

export class CancellationError extends Error {}

export class CancellationTokenSource {
  private readonly emitter = new EventEmitter<undefined>();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.emitter.event };

  cancel(): void {
    this.token.isCancellationRequested = true;
    this.emitter.fire(undefined);
  }

  dispose(): void {
    this.emitter.dispose();
  }
}

const failure = (code: string) => (what?: unknown) => new FileSystemError(`${code}: ${String(what)}`, code);

export class FileSystemError extends Error {
  static FileNotFound = failure('FileNotFound');
  static FileExists = failure('FileExists');
  static NoPermissions = failure('NoPermissions');
  static Unavailable = failure('Unavailable');
  static FileIsADirectory = failure('FileIsADirectory');
  static FileNotADirectory = failure('FileNotADirectory');

  constructor(
    message: string,
    readonly code = 'Unknown',
  ) {
    super(message);
  }
}

/** Members are their names: nobody here counts with them. */
const members = new Proxy({}, { get: (_, name) => name });
export const TreeItemCollapsibleState = members;
export const TreeItemCheckboxState = members;
export const QuickPickItemKind = members;
export const ProgressLocation = members;
export const FileType = { Unknown: 0, File: 1, Directory: 2 };
export const FileChangeType = members;
export const FilePermission = members;
export const DiagnosticSeverity = members;
export const CompletionItemKind = members;
export const SymbolKind = members;
export const StatusBarAlignment = members;
export const InputBoxValidationSeverity = members;
export const TextEditorRevealType = members;
export const ViewColumn = members;
export const TextDocumentSaveReason = members;
export const OverviewRulerLane = members;
export const FoldingRangeKind = members;
export const ConfigurationTarget = members;
export const ExtensionMode = members;
export const EndOfLine = members;
export const UIKind = members;
export const CodeActionKind = new Proxy(
  {},
  {
    get: (_, name) => ({ value: name, append: () => name }),
  },
);
