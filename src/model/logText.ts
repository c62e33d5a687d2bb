/** How a part of a line is to look. */
export interface LogStyle {
  /** 0 to 15, as in a terminal; undefined: as the other text. */
  readonly color: number | undefined;
  readonly bold: boolean;
}

export interface StyledSpan extends LogStyle {
  readonly start: number;
  readonly end: number;
}

/** A line without its escapes, and how its parts look. */
export interface StyledLine {
  readonly text: string;
  readonly spans: readonly StyledSpan[];
}

const PLAIN: LogStyle = { color: undefined, bold: false };
// Colours, other control sequences, operating system commands (titles, links), and what is shorter.
const ESCAPE =
  // eslint-disable-next-line no-control-regex
  /\u001b(?:\[([0-9;:]*)([@-~])|\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[()*+][0-9A-Za-z]|[@-Z\\^_=><])/g;
// What is left must not act on who reads it: control characters, and those that turn the direction of text.
// eslint-disable-next-line no-control-regex
const UNSHOWN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Takes the escapes out of a line of a log.
 *
 * @param style how the line before ended, as a colour goes on until it is taken back
 * @returns the line as a terminal would have shown it at its end: what a carriage return was followed by
 */
export function styledLine(raw: string, style: LogStyle = PLAIN): StyledLine & { readonly style: LogStyle } {
  const line = lastWritten(raw);
  if (!line.includes('\u001b')) {
    const text = line.replace(UNSHOWN, '');
    return { text, spans: spanOf(style, 0, text.length), style };
  }
  const spans: StyledSpan[] = [];
  let text = '';
  let now = style;
  let at = 0;
  const add = (part: string) => {
    const shown = part.replace(UNSHOWN, '');
    for (const span of spanOf(now, text.length, text.length + shown.length)) {
      spans.push(span);
    }
    text += shown;
  };
  for (const escape of line.matchAll(ESCAPE)) {
    add(line.slice(at, escape.index));
    at = escape.index + escape[0].length;
    if (escape[2] === 'm') {
      now = styleAfter(now, escape[1] ?? '');
    }
  }
  add(line.slice(at));
  return { text, spans, style: now };
}

/** Progress is written over itself with carriage returns: only the last of it is left. */
function lastWritten(raw: string): string {
  const line = raw.endsWith('\r') ? raw.replace(/(?<!\r)\r+$/, '') : raw;
  const at = line.lastIndexOf('\r');
  return at < 0 ? line : line.slice(at + 1);
}

function spanOf(style: LogStyle, start: number, end: number): StyledSpan[] {
  return end > start && (style.color !== undefined || style.bold) ? [{ ...style, start, end }] : [];
}

function styleAfter(style: LogStyle, parameters: string): LogStyle {
  const codes = parameters.split(/[;:]/).map(Number);
  let { color, bold } = style;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 0) {
      color = undefined;
      bold = false;
    } else if (code === 1 || code === 22) {
      bold = code === 1;
    } else if (code >= 30 && code <= 37) {
      color = code - 30;
    } else if (code >= 90 && code <= 97) {
      color = code - 90 + 8;
    } else if (code === 39) {
      color = undefined;
    } else if (code === 38 || code === 48) {
      // Of 256 colours the first are those of the terminal; others have no name in a theme.
      const palette = codes[at + 1] === 5;
      const wanted = palette ? (codes[at + 2] ?? 0) : Number.NaN;
      if (code === 38) {
        color = wanted < 16 ? wanted : undefined;
      }
      at += palette ? 2 : codes[at + 1] === 2 ? 4 : 0;
    }
  }
  return { color, bold };
}

/** How much of a log is kept, in characters: of its beginning and of its end. */
export interface LogLimits {
  readonly headBytes: number;
  readonly tailBytes: number;
}

/** What is kept of a log, in lines with their escapes. */
export interface KeptLog {
  readonly head: readonly string[];
  readonly tail: readonly string[];
  /** Lines between both that are not kept. */
  readonly droppedLines: number;
  /** Their size in characters. */
  readonly droppedSize: number;
}

/** About so many pieces make up the end of a log, however small the chunks are in which it comes. */
const PIECES = 64;

/**
 * Takes in a log of any length, and keeps its beginning and its end: memory does not grow with it. Characters that are cut
 * between two chunks are put together again.
 */
export class LogBuffer {
  private readonly limits: LogLimits;
  private readonly decoder = new TextDecoder('utf-8');
  private head = '';
  private headIsFull = false;
  /** As it came in: it is parted into lines only where it is shown. */
  private readonly tail: string[] = [];
  private tailSize = 0;
  private droppedLines = 0;
  private droppedSize = 0;
  /** Bytes that came in. */
  bytes = 0;

  constructor(limits: LogLimits) {
    this.limits = limits;
  }

  write(chunk: Uint8Array): void {
    this.bytes += chunk.byteLength;
    const text = this.decoder.decode(chunk, { stream: true });
    if (this.headIsFull) {
      this.add(text);
      return;
    }
    this.head += text;
    const { headBytes } = this.limits;
    if (this.head.length > headBytes) {
      const end = this.head.lastIndexOf('\n', headBytes);
      const size = end < 0 ? headBytes : end + 1;
      const rest = this.head.slice(size);
      this.head = this.head.slice(0, size);
      this.headIsFull = true;
      this.add(rest);
    }
  }

  /** @returns the beginning, and the end with what has no line end yet */
  kept(): KeptLog {
    const head = linesOf(this.head);
    const end = this.tail.join('');
    // The first line that is left of the end may have lost its beginning.
    const cut = this.droppedSize > 0 ? end.indexOf('\n') + 1 : 0;
    return {
      head,
      tail: linesOf(end.slice(cut)),
      droppedLines: this.droppedLines + (cut > 0 ? 1 : 0),
      droppedSize: this.droppedSize + cut,
    };
  }

  private add(text: string): void {
    if (text === '') {
      return;
    }
    const last = this.tail.at(-1);
    if (last !== undefined && last.length + text.length <= this.limits.tailBytes / PIECES) {
      this.tail[this.tail.length - 1] = last + text;
    } else {
      this.tail.push(text);
    }
    this.tailSize += text.length;
    for (let first = this.tail[0]; first !== undefined; first = this.tail[0]) {
      if (this.tailSize - first.length < this.limits.tailBytes) {
        return;
      }
      this.tail.shift();
      this.tailSize -= first.length;
      this.droppedSize += first.length;
      this.droppedLines += lineEnds(first);
    }
  }
}

/** @returns the lines of a text; one that ends with a line end has no empty one after it */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') {
    lines.pop();
  }
  return lines;
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    count += 1;
  }
  return count;
}

/** A step of a log. */
export interface LogStep {
  readonly line: number;
  /** Last line of it. */
  readonly end: number;
  /** 0 is the outermost. */
  readonly level: number;
  readonly title: string;
}

/** How the scripts of CI and the tools in it begin a step, the outermost first. */
const STEPS: readonly RegExp[] = [/^={2,}\s+(\S.*)$/, /^-{2,}\s+(\S.*)$/, /^(Step \d+\/\d+ ?: .*|#\d+ \[[^\]]+\].*)$/];

/** @returns whether a line begins a step of CI itself, not one of a tool in it */
export const isHeading = (line: string): boolean => STEPS.slice(0, 2).some((pattern) => pattern.test(line));

/** @returns the steps of a log, which fold and are in its outline */
export function stepsOf(lines: readonly string[]): LogStep[] {
  const steps: { line: number; end: number; level: number; title: string }[] = [];
  const open: typeof steps = [];
  const close = (level: number, end: number) => {
    while (open.length > 0 && (open.at(-1)?.level ?? 0) >= level) {
      const step = open.pop();
      if (step !== undefined) {
        step.end = end;
      }
    }
  };
  lines.forEach((text, line) => {
    for (const [level, pattern] of STEPS.entries()) {
      const title = pattern.exec(text)?.[1];
      if (title !== undefined) {
        close(level, line - 1);
        const step = { line, end: line, level, title };
        steps.push(step);
        open.push(step);
        break;
      }
    }
  });
  close(0, lines.length - 1);
  return steps;
}

const TROUBLE =
  /(?:^|[\s[(|>:])(?:error|fatal|panic|traceback|failed|failure|npm err!|err!)(?=[\s:;,.\])!]|\[E?\d+\]|$)|^make(?:\[\d+\])?: \*\*\*|\bcommand not found\b|\bNo such file or directory\b|\bexit code: [1-9]|\bexited with (?:code|status) [1-9]/i;
const NO_TROUBLE = /\b(?:0|no|without) (?:errors?|failures?|failed)\b|\b(?:errors?|failures?|failed)\s*[:=]\s*0\b/i;

/** @returns whether a line tells of something that went wrong */
export const isTrouble = (line: string): boolean => TROUBLE.test(line) && !NO_TROUBLE.test(line);
