/**
 * A reader of what servers, devices, files or users write, and the input that is worst for it. The tests run each once with
 * so much that only a reader whose work grows no faster than its input comes to an end; the bench compares t(2n) with t(n).
 */
export interface HostileCase {
  /** What reads, and what it reads. */
  readonly name: string;
  /**
   * @param size about how many characters, or items where the input is a list
   * @returns the reading; making the input is not part of it
   */
  make(size: number): () => unknown;
  /** With so much a reader that compares all with all would take minutes. */
  readonly large: number;
}

/** Characters: a part of what the service takes for a configuration, and enough for minutes of comparing all with all. */
export const LARGE = 400_000;

/** @returns a case for a text that is a pattern, repeated, with something before and after it */
export function repeated(
  name: string,
  read: (text: string) => unknown,
  pattern: string,
  around: { readonly before?: string; readonly after?: string; readonly large?: number } = {},
): HostileCase {
  const { before = '', after = '', large = LARGE } = around;
  return {
    name: `${name}: ${JSON.stringify(before.slice(0, 30))} + ${JSON.stringify(pattern)}… + ${JSON.stringify(after.slice(-30))}`,
    make: (size) => {
      const text = before + pattern.repeat(Math.ceil(size / pattern.length)) + after;
      return () => read(text);
    },
    large,
  };
}

/** @returns a case for a text of lines, of which `line` makes the one of each number */
export function numbered(
  name: string,
  read: (text: string) => unknown,
  line: (at: number) => string,
  large = LARGE,
): HostileCase {
  return {
    name,
    make: (size) => {
      const lines: string[] = [];
      for (let length = 0; length < size; length += lines.at(-1)?.length ?? size) {
        lines.push(line(lines.length));
      }
      const text = lines.join('');
      return () => read(text);
    },
    large,
  };
}

/** @returns a case for a list, of which `make` makes the items */
export function listed<Item>(
  name: string,
  read: (items: readonly Item[]) => unknown,
  make: (at: number, of: number) => Item,
  large = 100_000,
): HostileCase {
  return {
    name,
    make: (size) => {
      const items = Array.from({ length: size }, (_, at) => make(at, size));
      return () => read(items);
    },
    large,
  };
}
