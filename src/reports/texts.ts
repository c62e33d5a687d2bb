/** The pages about devices. Loaded when the first is opened. */
export { detailsText } from './detailsText';
export { healthText } from './healthText';
export { testPageText } from './testText';
export { updateText } from './updateText';
