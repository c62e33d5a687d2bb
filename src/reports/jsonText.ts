import { withoutDeepParts } from '../model/nesting';

/** @returns a whole answer; characters that would hide or turn around others are written as escapes, which is still JSON */
export function asJson(raw: unknown): string {
  const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const json = JSON.stringify(withoutDeepParts(raw), undefined, 2);
  return `${json.replace(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, escape)}\n`;
}
