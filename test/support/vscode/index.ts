/**
 * A stand-in for VS Code that draws nothing: it keeps what the extension gives it, and counts it. The code under test imports it as
 * `vscode` (`api.ts`); a test drives it from here:
 *
 * - `clearDesk()` in `setup` brings the window to a known state; `desk` is what it holds then: settings, files, focus.
 * - What the extension shows is read from `desk`: `desk.messages`, `desk.trees.get('foundries.devices')`, `desk.pick`. Views give
 *   their rows to `walk`; `run` clicks on a command; `show` opens a document in an editor.
 * - The user is a set of functions that the test replaces: `desk.answer = (_message, [first]) => first` clicks the first button of
 *   each message; `desk.choose`, `desk.type` and `desk.meet` answer pick lists and input boxes; `desk.told` hears everything.
 * - `desk.live` and `listenerCount()` tell what was registered and is not disposed of.
 */
export { clearDesk, desk, focus, run, type MessageKind, type Told } from './desk';
export { close, openDocument, show, type Document, type Editor } from './documents';
export { Disposable, EventEmitter, listenerCount } from './events';
export { ShownInput, ShownPick } from './inputs';
export { walk, type ShownTree } from './trees';
export { Uri } from './uri';
