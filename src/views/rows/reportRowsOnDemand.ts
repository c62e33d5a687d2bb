/** The rows of what devices reported. Loaded when the first is opened. */
export { testLabel, testNotes, testRows } from './testRows';
export { updateLabel, updateNotes, updateRows } from './updateRows';
