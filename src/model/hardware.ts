import { bytesText } from './bytes';

/** What kind of part a line of hardware is about. */
export type HardwareKind = 'system' | 'processor' | 'memory' | 'storage' | 'network' | 'display';

export interface HardwareLine {
  readonly kind: HardwareKind;
  /** `Raspberry Pi 4 Model B Rev 1.4`, `eth0, dc:a6:32:00:11:22`; bytes are already in words. */
  readonly text: string;
}

interface Node {
  readonly class: string;
  readonly id: string;
  readonly words: readonly string[];
  readonly size: number | undefined;
  readonly units: string;
  readonly logicalName: string;
  readonly serial: string;
}

/** The tree of a device is some hundred parts; more are not walked. */
const MOST_NODES = 5000;

const KINDS: ReadonlyMap<string, HardwareKind> = new Map([
  ['system', 'system'],
  ['processor', 'processor'],
  ['memory', 'memory'],
  ['disk', 'storage'],
  ['storage', 'storage'],
  ['network', 'network'],
  ['display', 'display'],
]);

/** Parts of a memory that the memory itself sums up. */
const PARTS_OF_MEMORY = /^(bank|cache|firmware)\b/;

/**
 * Sums up what lshw told: what the device is, its processors, memory, disks and network interfaces.
 *
 * @param tree lshw's JSON of whatever shape: a part, or a list of parts
 * @returns the lines to be shown, in the order of the tree; and how many parts there are
 */
export function summarizeHardware(tree: unknown): { readonly lines: readonly HardwareLine[]; readonly parts: number } {
  const lines: HardwareLine[] = [];
  let parts = 0;
  const open: unknown[] = [tree];
  while (open.length > 0 && parts < MOST_NODES) {
    const next = open.pop();
    if (Array.isArray(next)) {
      for (let at = next.length - 1; at >= 0; at--) {
        open.push(next[at]);
      }
    } else if (typeof next === 'object' && next !== null) {
      parts += 1;
      const line = lineOf(nodeOf(next as Readonly<Record<string, unknown>>));
      if (line !== undefined) {
        lines.push(line);
      }
      open.push((next as { readonly children?: unknown }).children);
    }
  }
  return { lines: merged(lines), parts };
}

/** A part as lshw nests it. */
export interface HardwarePart {
  /** 0: the whole machine. */
  readonly depth: number;
  /** `memory (memory): 3.8 GB` */
  readonly text: string;
}

/** Deeper parts are shown as deep as this. */
const DEEPEST = 12;

/**
 * @param tree lshw's JSON of whatever shape: a part, or a list of parts
 * @param most so many parts; more are left out
 * @returns all parts, in the order of the tree
 */
export function hardwareParts(tree: unknown, most: number): readonly HardwarePart[] {
  const parts: HardwarePart[] = [];
  const open: { readonly of: unknown; readonly depth: number }[] = [{ of: tree, depth: 0 }];
  for (let next = open.pop(); next !== undefined && parts.length < most; next = open.pop()) {
    const { of, depth } = next;
    if (Array.isArray(of)) {
      for (let at = of.length - 1; at >= 0; at--) {
        open.push({ of: of[at], depth });
      }
    } else if (typeof of === 'object' && of !== null) {
      const node = nodeOf(of as Readonly<Record<string, unknown>>);
      const name = [node.id, node.class === '' ? '' : `(${node.class})`].filter((part) => part !== '').join(' ');
      const facts = [node.words.join(' '), node.logicalName, sizeOf(node), node.serial].filter((part) => part !== '');
      const text = [name, facts.join(', ')].filter((part) => part !== '').join(': ');
      parts.push({ depth: Math.min(depth, DEEPEST), text: text === '' ? '?' : text });
      open.push({ of: (of as { readonly children?: unknown }).children, depth: depth + 1 });
    }
  }
  return parts;
}

function nodeOf(part: Readonly<Record<string, unknown>>): Node {
  const word = (key: string): string => {
    const value = part[key];
    return typeof value === 'string' ? value.trim() : '';
  };
  const logical = part.logicalname;
  const names = Array.isArray(logical) ? logical.filter((name) => typeof name === 'string') : [word('logicalname')];
  const words = [word('vendor'), word('product'), word('version')].filter((text) => text !== '');
  return {
    class: word('class'),
    id: word('id'),
    words: words.length > 0 ? words : [word('description')].filter((text) => text !== ''),
    size: typeof part.size === 'number' && part.size > 0 ? part.size : undefined,
    units: word('units'),
    logicalName: names.join(' '),
    serial: word('serial'),
  };
}

function lineOf(node: Node): HardwareLine | undefined {
  const kind = KINDS.get(node.class);
  if (kind === undefined || (kind === 'memory' && PARTS_OF_MEMORY.test(node.id))) {
    return undefined;
  }
  const size = kind === 'network' ? '' : sizeOf(node);
  const text = [node.logicalName, node.words.join(' '), size, kind === 'network' ? node.serial : '']
    .filter((part) => part !== '')
    .join(', ');
  return text === '' ? undefined : { kind, text };
}

function sizeOf({ size, units }: Node): string {
  if (size === undefined) {
    return '';
  }
  if (units === 'Hz') {
    return `${Math.round(size / 10_000_000) / 100} GHz`;
  }
  return units === 'bytes' || units === '' ? bytesText(size) : '';
}

/** Four equal processors are one line. */
function merged(lines: readonly HardwareLine[]): HardwareLine[] {
  const counts = new Map<string, { line: HardwareLine; times: number }>();
  for (const line of lines) {
    const key = `${line.kind} ${line.text}`;
    const known = counts.get(key);
    counts.set(key, { line, times: (known?.times ?? 0) + 1 });
  }
  return [...counts.values()].map(({ line, times }) =>
    times > 1 ? { ...line, text: `${times} × ${line.text}` } : line,
  );
}
