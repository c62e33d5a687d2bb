/** Texts of one kind that are kept, and the characters of each: what is longer is no name that many have. */
const MOST = 1000;
const LONGEST = 300;

/**
 * Words that many rows have in common, made once: a list of thousands names few targets and tags.
 *
 * @param make the words for a text; always the same for the same
 */
export function remembered<T extends object | string>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let words = known.get(text);
    if (words === undefined) {
      if (known.size >= MOST) {
        known.clear();
      }
      words = make(text);
      if (text.length <= LONGEST) {
        known.set(text, words);
      }
    }
    return words;
  };
}
