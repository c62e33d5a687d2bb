/** Enumerations, with the values that VS Code has (`@types/vscode`). */
import type * as vscode from 'vscode';

/** All members of an enumeration. */
type All<Enum> = Readonly<Record<keyof Enum, number>>;

export const TreeItemCollapsibleState = {
  None: 0,
  Collapsed: 1,
  Expanded: 2,
} satisfies All<typeof vscode.TreeItemCollapsibleState>;

export const TreeItemCheckboxState = { Unchecked: 0, Checked: 1 } satisfies All<typeof vscode.TreeItemCheckboxState>;

export const QuickPickItemKind = { Separator: -1, Default: 0 } satisfies All<typeof vscode.QuickPickItemKind>;

export const ProgressLocation = {
  SourceControl: 1,
  Window: 10,
  Notification: 15,
} satisfies All<typeof vscode.ProgressLocation>;

export const StatusBarAlignment = { Left: 1, Right: 2 } satisfies All<typeof vscode.StatusBarAlignment>;

export const FileType = { Unknown: 0, File: 1, Directory: 2, SymbolicLink: 64 } satisfies All<typeof vscode.FileType>;

export const FileChangeType = { Changed: 1, Created: 2, Deleted: 3 } satisfies All<typeof vscode.FileChangeType>;

export const FilePermission = { Readonly: 1 } satisfies All<typeof vscode.FilePermission>;

export const DiagnosticSeverity = {
  Error: 0,
  Warning: 1,
  Information: 2,
  Hint: 3,
} satisfies All<typeof vscode.DiagnosticSeverity>;

export const InputBoxValidationSeverity = {
  Info: 1,
  Warning: 2,
  Error: 3,
} satisfies All<typeof vscode.InputBoxValidationSeverity>;

export const TextEditorRevealType = {
  Default: 0,
  InCenter: 1,
  InCenterIfOutsideViewport: 2,
  AtTop: 3,
} satisfies All<typeof vscode.TextEditorRevealType>;

export const TextDocumentSaveReason = {
  Manual: 1,
  AfterDelay: 2,
  FocusOut: 3,
} satisfies All<typeof vscode.TextDocumentSaveReason>;

export const OverviewRulerLane = {
  Left: 1,
  Center: 2,
  Right: 4,
  Full: 7,
} satisfies All<typeof vscode.OverviewRulerLane>;

export const FoldingRangeKind = {
  Comment: 1,
  Imports: 2,
  Region: 3,
} satisfies All<typeof vscode.FoldingRangeKind>;

export const ConfigurationTarget = {
  Global: 1,
  Workspace: 2,
  WorkspaceFolder: 3,
} satisfies All<typeof vscode.ConfigurationTarget>;

export const ExtensionMode = { Production: 1, Development: 2, Test: 3 } satisfies All<typeof vscode.ExtensionMode>;

export const EndOfLine = { LF: 1, CRLF: 2 } satisfies All<typeof vscode.EndOfLine>;

export const UIKind = { Desktop: 1, Web: 2 } satisfies All<typeof vscode.UIKind>;

/** Those that are used here. */
export const ViewColumn = { Active: -1, Beside: -2, One: 1, Two: 2 } satisfies Partial<All<typeof vscode.ViewColumn>>;

/** Those that are used here. */
export const CompletionItemKind = {
  Module: 8,
  Property: 9,
  Value: 11,
  EnumMember: 19,
} satisfies Partial<All<typeof vscode.CompletionItemKind>>;

/** Those that are used here. */
export const SymbolKind = { Namespace: 2, Event: 23 } satisfies Partial<All<typeof vscode.SymbolKind>>;

/** Those that are used here. */
export const CodeActionKind = { QuickFix: { value: 'quickfix' } };
