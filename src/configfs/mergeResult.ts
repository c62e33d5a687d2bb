import { normalHashOf } from './text';

/** What a merge was made from, and so which text its result may take the place of. */
export class MergeResult {
  private readonly theirs: string;
  private held: string;
  private inside = false;

  /**
   * @param mine text of the editor when the merge began
   * @param theirs value of the server that it was merged with
   */
  constructor(mine: string, theirs: string) {
    this.held = normalHashOf(mine);
    this.theirs = normalHashOf(theirs);
  }

  /**
   * Whether nothing is lost when the result replaces what an editor holds: what was merged, the result itself as it was put
   * there, or, where the editor was closed and opened anew, the server's version without a change.
   */
  mayReplace({ text, dirty }: { readonly text: string; readonly dirty: boolean }): boolean {
    const hash = normalHashOf(text);
    return hash === this.held || (!dirty && hash === this.theirs);
  }

  /**
   * To be told what was put into the editor.
   *
   * @returns whether it is there for the first time: then the editor's text has the server's version in it from now on
   */
  putIn(text: string): boolean {
    const first = !this.inside;
    this.held = normalHashOf(text);
    this.inside = true;
    return first;
  }

  /** Whether an editor holds the result, and no other text. */
  isIn(text: string): boolean {
    return this.inside && this.held === normalHashOf(text);
  }
}
