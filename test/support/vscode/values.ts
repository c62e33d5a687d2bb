/** What code makes of VS Code's values: they keep what they are given. */
import type { Uri } from './uri';

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}

  isBefore(other: Position): boolean {
    return this.line < other.line || (this.line === other.line && this.character < other.character);
  }

  isEqual(other: Position): boolean {
    return this.line === other.line && this.character === other.character;
  }
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

  get isEmpty(): boolean {
    return this.start.isEqual(this.end);
  }

  with({ start = this.start, end = this.end }: { start?: Position; end?: Position }): Range {
    return new Range(start, end);
  }

  contains(what: Position | Range): boolean {
    return what instanceof Range
      ? this.contains(what.start) && this.contains(what.end)
      : !what.isBefore(this.start) && !this.end.isBefore(what);
  }
}

export class Selection extends Range {
  get active(): Position {
    return this.end;
  }
}

export class TreeItem {
  resourceUri: Uri | undefined;

  constructor(
    public label: unknown,
    public collapsibleState = 0,
  ) {}
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
export class CodeLens {
  constructor(
    readonly range: Range,
    readonly command?: unknown,
  ) {}
}
export class CompletionItem extends Kept {}
export class SnippetString extends Kept {}
export class Hover extends Kept {}
export class CodeAction extends Kept {}
export class DocumentSymbol extends Kept {
  readonly children: unknown[] = [];
}
export class FoldingRange extends Kept {}
export class DocumentLink extends Kept {}
export class WorkspaceEdit extends Kept {
  /** Texts of whole documents. */
  readonly replaced: { readonly uri: Uri; readonly text: string }[] = [];

  replace(uri: Uri, _range: unknown, text: string): void {
    this.replaced.push({ uri, text });
  }
}
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
