import * as vscode from 'vscode';

/** Bytes of a file of a repository that is read as a whole; what is larger is none of those that are looked for. */
const MOST_BYTES = 2_000_000;

/** @returns the text of a file of the workspace; undefined where there is none, or one that is too large */
export async function textOfSmallFile(file: vscode.Uri): Promise<string | undefined> {
  try {
    const { size } = await vscode.workspace.fs.stat(file);
    return size > MOST_BYTES ? undefined : new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch {
    return undefined;
  }
}
