import { TargetPacker, type PackedTargets } from '../model/packedTargets';
import { decode } from './decode';
import { FactoryError, type FailureDetails } from './errors';
import { parseJson } from './json';
import { quickTarget, targetsSchema, toTarget } from './targetsWire';
import type { Target } from '../model/target';

/** Bytes of JSON that are parsed at once, a few milliseconds of work. */
const PIECE = 32 * 1024;
/** What is no object is not read further than this: it is refused in any case. */
const MOST_FOREIGN = 64 * 1024;

const enum Byte {
  Quote = 0x22,
  Comma = 0x2c,
  OpenList = 0x5b,
  Backslash = 0x5c,
  CloseList = 0x5d,
  Open = 0x7b,
  Close = 0x7d,
}

/** Whoever takes in the parser's results knows where the answer came from, and fills this in. */
const UNKNOWN_ORIGIN: FailureDetails = { request: '', host: '' };

/**
 * Parses the answer of `GET …/targets/`, an object with a target for each name, while it comes in: cut at commas between
 * targets, so that neither the whole text nor the whole tree is ever there. JSON itself is read by `JSON.parse`.
 */
export class TargetsParser {
  private readonly packer = new TargetPacker();
  private state: 'before' | 'foreign' | 'inside' | 'after' = 'before';
  private depth = 0;
  private inText = false;
  private escaped = false;
  /** Bytes of members that were not parsed yet. */
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private members = 0;

  /**
   * Takes the next bytes, which must stay as they are.
   *
   * @throws {FactoryError} `unexpected`, without its origin, as `decode`
   */
  push(bytes: Uint8Array): void {
    let at = 0;
    if (this.state === 'before') {
      at = bytes.findIndex((byte) => !isBlank(byte));
      if (at < 0) {
        return;
      }
      this.state = bytes[at] === Byte.Open ? 'inside' : 'foreign';
      at += this.state === 'inside' ? 1 : 0;
      this.depth = 1;
    }
    if (this.state === 'inside') {
      at = this.inside(bytes, at);
    }
    if (this.state === 'foreign') {
      this.hold(bytes.subarray(at));
      if (this.heldBytes > MOST_FOREIGN) {
        throw this.foreign() ?? notJson();
      }
    } else if (this.state === 'after' && bytes.subarray(at).some((byte) => !isBlank(byte))) {
      throw notJson();
    }
  }

  /**
   * @returns the targets
   * @throws {FactoryError} as `push`; also where the bytes end too early
   */
  end(): PackedTargets {
    if (this.state === 'before' || this.state === 'foreign') {
      const failure = this.foreign();
      if (failure !== undefined) {
        throw failure;
      }
    } else if (this.state === 'inside') {
      throw notJson();
    }
    return this.packer.pack();
  }

  /** Reads on inside the object; returns where it ended. */
  private inside(bytes: Uint8Array, start: number): number {
    let from = start;
    let { inText, escaped, depth } = this;
    const end = bytes.length;
    for (let at = start; at < end; at++) {
      if (inText) {
        // Most of the bytes: what is neither read further nor compared with more than these two is worth a loop of its own.
        while (!escaped && at < end && bytes[at] !== Byte.Quote && bytes[at] !== Byte.Backslash) {
          at++;
        }
        if (at === end) {
          break;
        }
        inText = escaped || bytes[at] !== Byte.Quote;
        escaped = !escaped && bytes[at] === Byte.Backslash;
        continue;
      }
      const byte = bytes[at];
      if (byte === Byte.Quote) {
        inText = true;
      } else if (byte === Byte.Open || byte === Byte.OpenList) {
        depth += 1;
      } else if (byte === Byte.Close || byte === Byte.CloseList) {
        depth -= 1;
        if (depth === 0) {
          this.hold(bytes.subarray(from, at));
          if (byte !== Byte.Close) {
            throw notJson();
          }
          this.flush(true);
          this.state = 'after';
          return at + 1;
        }
      } else if (byte === Byte.Comma && depth === 1 && this.heldBytes + at - from >= PIECE) {
        this.hold(bytes.subarray(from, at));
        this.flush(false);
        from = at + 1;
      }
    }
    this.hold(bytes.subarray(from));
    this.inText = inText;
    this.escaped = escaped;
    this.depth = depth;
    return bytes.length;
  }

  private hold(bytes: Uint8Array): void {
    if (bytes.length > 0) {
      this.held.push(bytes);
      this.heldBytes += bytes.length;
    }
  }

  private take(): string {
    const text = Buffer.concat(this.held).toString('utf8');
    this.held = [];
    this.heldBytes = 0;
    return text;
  }

  private flush(last: boolean): void {
    const text = this.take();
    if (text.trim() === '') {
      // Nothing between two commas, or after the last one.
      if (!last || this.members > 0) {
        throw notJson();
      }
      return;
    }
    this.members += 1;
    const part = parseJson(`{${text}}`, UNKNOWN_ORIGIN) as Record<string, unknown>;
    for (const name of Object.keys(part)) {
      const target = quickTarget(name, part[name]) ?? checked(name, part[name]);
      if (target !== undefined) {
        this.packer.add(target);
      }
    }
  }

  /** What is wrong with an answer that is no object; undefined where it is `null`, which is no targets. */
  private foreign(): FactoryError | undefined {
    try {
      const value = parseJson(this.take(), UNKNOWN_ORIGIN);
      if (value !== null) {
        decode(targetsSchema, value, UNKNOWN_ORIGIN);
        // A list passes as a record without names.
        return unreadable('the answer: expected an object, received a list');
      }
      return undefined;
    } catch (error) {
      return error instanceof FactoryError ? error : notJson();
    }
  }
}

/** @throws {FactoryError} where a type is wrong, with its place */
function checked(name: string, wire: unknown): Target | undefined {
  const known = decode(targetsSchema, { [name]: wire }, UNKNOWN_ORIGIN)[name];
  return known && toTarget(name, known);
}

const unreadable = (serverMessage: string): FactoryError =>
  new FactoryError('unexpected', { ...UNKNOWN_ORIGIN, serverMessage });

const notJson = (): FactoryError => unreadable('the answer is not valid JSON');

/** White space, and the mark that some put before a text. */
const isBlank = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0xef || byte === 0xbb || byte === 0xbf;
