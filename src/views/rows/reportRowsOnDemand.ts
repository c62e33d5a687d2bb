/**
 * The rows of what devices reported. Loaded when the first is opened: code in this bundle is apart from that of the main
 * one, so that it must not test what comes from there with `instanceof`.
 */
export { testLabel, testNotes, testRows } from './testRows';
export { updateLabel, updateNotes, updateRows } from './updateRows';
