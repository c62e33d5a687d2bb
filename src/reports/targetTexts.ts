/** The pages about targets. Loaded when the first is opened. */
export { comparisonText } from './comparisonText';
export { composeText } from './composeText';
export { targetText } from './targetText';
