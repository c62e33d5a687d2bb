import type { Target, TargetApp, TargetCommit } from './target';

/**
 * Targets as a few flat pieces that go from one thread to another at no cost, and take a fraction of the memory of
 * objects: texts that many targets share are there once, and names and addresses that hold the version without it.
 */
export interface PackedTargets {
  /** All distinct texts, one after the other. */
  readonly text: string;
  /** Where in `text` each of them ends. */
  readonly textEnds: Uint32Array;
  /** Lists of texts, from 1: for each the list that it makes longer (0: the empty one), and the text at its end. */
  readonly lists: Uint32Array;
  /** For each target the lists that `Column` names. */
  readonly rows: Uint32Array;
  /** For each target version and time. */
  readonly numbers: Float64Array;
}

/** Lists by number: of texts, of parts of texts, or of such lists. */
const enum Column {
  Name,
  Hardware,
  Tags,
  Apps,
  Commits,
  /** Hash, LmP version, architecture, and the address of where they come from, which many targets share. */
  System,
  Build,
  Count,
}
/** In place of a suffix: the version is not in the text. */
const NO_VERSION = 0xffff_ffff;
const NO_LIST = 0;

/** Takes in targets, and packs them newest version first; within a version by hardware and name. */
export class TargetPacker {
  private readonly texts = new Map<string, number>();
  /** The last text in each place: the next is often the same, and to compare is quicker than to look up. */
  private readonly last = new Map<string, { text: string; id: number }>();
  private readonly lists = new Lists();
  private readonly rows = new Numbers();
  private readonly entries: Entry[] = [];
  private readonly byName = new Map<string, number>();

  /** Of two targets of the same name the later counts. */
  add(target: Target): void {
    const { name, version, hardwareIds, createdAt } = target;
    const entry = { name, version, hardware: hardwareIds[0] ?? '', time: createdAt, row: this.rows.length };
    this.addRow(target);
    const known = this.byName.get(name);
    if (known === undefined) {
      this.byName.set(name, this.entries.push(entry) - 1);
    } else {
      this.entries[known] = entry;
    }
  }

  pack(): PackedTargets {
    const entries = inOrder(this.entries);
    const packed = this.rows.all();
    const rows = new Uint32Array(entries.length * Column.Count);
    const numbers = new Float64Array(entries.length * 2);
    entries.forEach(({ version, time, row }, index) => {
      rows.set(packed.subarray(row, row + Column.Count), index * Column.Count);
      numbers[2 * index] = version;
      numbers[2 * index + 1] = time ?? Number.NaN;
    });
    const texts = [...this.texts.keys()];
    let end = 0;
    const textEnds = Uint32Array.from(texts, ({ length }) => (end += length));
    return { text: texts.join(''), textEnds, lists: this.lists.all(), rows, numbers };
  }

  private addRow(target: Target): void {
    const { rows } = this;
    const { version } = target;
    rows.push(this.around('name', target.name, version));
    rows.push(this.list(target.hardwareIds));
    rows.push(this.list(target.tags));
    let apps = NO_LIST;
    for (const { name, uri } of target.apps) {
      const at = uri.lastIndexOf('@') + 1;
      const place = this.lists.link(this.lists.link(NO_LIST, this.text(name)), this.near('app', uri.slice(0, at)));
      apps = this.lists.link(apps, this.lists.link(place, this.near(name, uri.slice(at))));
    }
    rows.push(apps);
    let commits = NO_LIST;
    for (const { repository, sha } of target.commits) {
      const place = this.lists.link(NO_LIST, this.text(repository));
      commits = this.lists.link(commits, this.lists.link(place, this.near(repository, sha)));
    }
    rows.push(commits);
    let system = this.lists.link(NO_LIST, this.near(target.hardwareIds[0] ?? '', target.ostreeHash));
    system = this.lists.link(system, this.text(target.lmpVersion));
    system = this.lists.link(system, this.text(target.arch));
    rows.push(this.around('origin', target.originUri ?? '', version, system));
    rows.push(this.around('build', target.buildUri, version));
  }

  private text(text: string): number {
    let index = this.texts.get(text);
    if (index === undefined) {
      index = this.texts.size;
      this.texts.set(text, index);
    }
    return index;
  }

  private near(place: string, text: string): number {
    const last = this.last.get(place);
    if (last?.text === text) {
      return last.id;
    }
    const id = this.text(text);
    this.last.set(place, { text, id });
    return id;
  }

  private list(texts: readonly string[]): number {
    return texts.reduce((list, text) => this.lists.link(list, this.text(text)), NO_LIST);
  }

  /** What is before and after the version in a text: targets and builds are named by it. */
  private around(place: string, text: string, version: number, list = NO_LIST): number {
    const digits = String(version);
    const at = text.lastIndexOf(digits);
    const prefix = this.lists.link(list, this.near(place, at < 0 ? text : text.slice(0, at)));
    return this.lists.link(prefix, at < 0 ? NO_VERSION : this.text(text.slice(at + digits.length)));
  }
}

interface Entry {
  readonly name: string;
  readonly version: number;
  readonly hardware: string;
  readonly time: number | undefined;
  readonly row: number;
}

/** Versions are few in each, and come nearly in order: sorting them apart is quicker than all at once. */
function inOrder(entries: readonly Entry[]): Entry[] {
  const byVersion = new Map<number, Entry[]>();
  for (const entry of entries) {
    const same = byVersion.get(entry.version);
    if (same === undefined) {
      byVersion.set(entry.version, [entry]);
    } else {
      same.push(entry);
    }
  }
  return [...Float64Array.from(byVersion.keys()).sort().reverse()].flatMap((version) =>
    (byVersion.get(version) ?? []).sort((a, b) => compare(a.hardware, b.hardware) || compare(a.name, b.name)),
  );
}

/** Lists of numbers; those that begin alike share their beginning. Found again by a table of hashes over themselves. */
class Lists {
  private readonly links = new Numbers();
  private table = new Uint32Array(1024);

  all(): Uint32Array {
    return this.links.all().slice();
  }

  /** @returns the list that is another one with one number more */
  link(list: number, last: number): number {
    if (this.links.length >= this.table.length) {
      this.grow();
    }
    const slot = this.slotOf(list, last);
    const known = this.table[slot] ?? 0;
    if (known !== 0) {
      return known;
    }
    this.links.push(list);
    this.links.push(last);
    return (this.table[slot] = this.links.length / 2);
  }

  /** Where in the table the list is, or would be. */
  private slotOf(list: number, last: number): number {
    const { table, links } = this;
    const mask = table.length - 1;
    let slot = (Math.imul(list, 0x9e3779b1) ^ Math.imul(last, 0x85ebca6b)) >>> 7;
    for (;;) {
      slot &= mask;
      const found = table[slot] ?? 0;
      if (found === 0 || (links.at(2 * found - 2) === list && links.at(2 * found - 1) === last)) {
        return slot;
      }
      slot++;
    }
  }

  private grow(): void {
    this.table = new Uint32Array(2 * this.table.length);
    for (let list = 1; list <= this.links.length / 2; list++) {
      this.table[this.slotOf(this.links.at(2 * list - 2), this.links.at(2 * list - 1))] = list;
    }
  }
}

/** Numbers that become more. */
class Numbers {
  private numbers = new Uint32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.numbers.length) {
      const larger = new Uint32Array(2 * this.length);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers[this.length++] = value;
  }

  at(index: number): number {
    return this.numbers[index] ?? 0;
  }

  all(): Uint32Array {
    return this.numbers.subarray(0, this.length);
  }
}

/** @returns the targets, each of which reads what it is asked for; `{...target}` is not a copy of one */
export function unpackTargets(packed: PackedTargets): Target[] {
  const table = new Table(packed);
  return Array.from({ length: packed.numbers.length / 2 }, (_, row) => new PackedTarget(table, row));
}

/** @returns the pieces that are moved to another thread, not copied */
export function piecesOf({ textEnds, lists, rows, numbers }: PackedTargets): ArrayBuffer[] {
  return [textEnds, lists, rows, numbers].map(({ buffer }) => buffer as ArrayBuffer);
}

class Table {
  private readonly packed: PackedTargets;
  /** Lists that nearly all targets share with others. */
  private readonly shared = new Map<number, readonly string[]>();

  constructor(packed: PackedTargets) {
    this.packed = packed;
  }

  id(row: number, column: Column): number {
    return this.packed.rows[row * Column.Count + column] ?? 0;
  }

  version(row: number): number {
    return this.packed.numbers[2 * row] ?? 0;
  }

  time(row: number): number | undefined {
    const time = this.packed.numbers[2 * row + 1] ?? Number.NaN;
    return Number.isNaN(time) ? undefined : time;
  }

  /** A text that was cut around the version, whose parts are in a list from a place on. */
  joined(row: number, column: Column, place = 0): string {
    const ids = this.ids(this.id(row, column));
    const [prefix = 0, suffix = NO_VERSION] = ids.slice(place);
    return suffix === NO_VERSION
      ? this.textAt(prefix)
      : `${this.textAt(prefix)}${this.version(row)}${this.textAt(suffix)}`;
  }

  text(row: number, column: Column, place: number): string {
    return this.textAt(this.ids(this.id(row, column))[place] ?? 0);
  }

  shortList(row: number, column: Column.Hardware | Column.Tags): readonly string[] {
    const id = this.id(row, column);
    let list = this.shared.get(id);
    if (list === undefined) {
      list = this.list(id);
      this.shared.set(id, list);
    }
    return list;
  }

  /** A list of lists. */
  items<T>(row: number, column: Column, make: (texts: readonly string[]) => T): T[] {
    return this.ids(this.id(row, column)).map((list) => make(this.list(list)));
  }

  private list(id: number): readonly string[] {
    return this.ids(id).map((text) => this.textAt(text));
  }

  private ids(list: number): number[] {
    const { lists } = this.packed;
    const ids: number[] = [];
    for (let at = list; at !== NO_LIST; at = lists[2 * at - 2] ?? NO_LIST) {
      ids.push(lists[2 * at - 1] ?? 0);
    }
    return ids.reverse();
  }

  private textAt(id: number): string {
    const { text, textEnds } = this.packed;
    return text.slice(id === 0 ? 0 : textEnds[id - 1], textEnds[id]);
  }
}

const app = ([name = '', place = '', digest = '']: readonly string[]): TargetApp => ({ name, uri: place + digest });
const commit = ([repository = '', sha = '']: readonly string[]): TargetCommit => ({ repository, sha });

class PackedTarget implements Target {
  readonly #table: Table;
  readonly #row: number;

  constructor(table: Table, row: number) {
    this.#table = table;
    this.#row = row;
  }

  get name(): string {
    return this.#table.joined(this.#row, Column.Name);
  }
  get version(): number {
    return this.#table.version(this.#row);
  }
  get hardwareIds(): readonly string[] {
    return this.#table.shortList(this.#row, Column.Hardware);
  }
  get tags(): readonly string[] {
    return this.#table.shortList(this.#row, Column.Tags);
  }
  get apps(): readonly TargetApp[] {
    return this.#table.items(this.#row, Column.Apps, app);
  }
  get commits(): readonly TargetCommit[] {
    return this.#table.items(this.#row, Column.Commits, commit);
  }
  get ostreeHash(): string {
    return this.#table.text(this.#row, Column.System, 0);
  }
  get lmpVersion(): string {
    return this.#table.text(this.#row, Column.System, 1);
  }
  get arch(): string {
    return this.#table.text(this.#row, Column.System, 2);
  }
  get buildUri(): string {
    return this.#table.joined(this.#row, Column.Build);
  }
  get originUri(): string {
    return this.#table.joined(this.#row, Column.System, 3);
  }
  get createdAt(): number | undefined {
    return this.#table.time(this.#row);
  }

  toJSON(): Target {
    const { name, version, hardwareIds, tags, apps, commits, ostreeHash, lmpVersion, arch, buildUri } = this;
    const { originUri, createdAt } = this;
    return {
      name,
      version,
      hardwareIds,
      tags,
      apps,
      commits,
      ostreeHash,
      lmpVersion,
      arch,
      buildUri,
      originUri,
      createdAt,
    };
  }
}

const compare = (a: string, b: string): number => (a === b ? 0 : a.localeCompare(b));
