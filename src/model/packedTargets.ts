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
  /** Distinct lists of texts, one after the other. */
  readonly lists: Uint32Array;
  readonly listEnds: Uint32Array;
  /** For each target what `Column` names: texts and lists by number. */
  readonly rows: Uint32Array;
  /** For each target version and time. */
  readonly numbers: Float64Array;
}

const enum Column {
  NamePrefix,
  NameSuffix,
  Hardware,
  Tags,
  Apps,
  Commits,
  OstreeHash,
  LmpVersion,
  Arch,
  UriPrefix,
  UriSuffix,
  OriginPrefix,
  OriginSuffix,
  Count,
}
/** In place of a suffix: the version is not in the text. */
const NO_VERSION = 0xffff_ffff;

/** Takes in targets, and packs them newest version first; within a version by hardware and name. */
export class TargetPacker {
  private readonly texts = new Map<string, number>();
  private readonly lists = new Map<string, { readonly index: number; readonly ids: readonly number[] }>();
  private readonly rows: (readonly number[])[] = [];
  private readonly entries: { name: string; version: number; hardware: string; time: number; row: number }[] = [];
  private readonly byName = new Map<string, number>();

  /** Of two targets of the same name the later counts. */
  add(target: Target): void {
    const { name, version } = target;
    const row = this.rows.push(this.rowOf(target)) - 1;
    const entry = { name, version, hardware: target.hardwareIds[0] ?? '', time: target.createdAt ?? Number.NaN, row };
    const known = this.byName.get(name);
    if (known === undefined) {
      this.byName.set(name, this.entries.push(entry) - 1);
    } else {
      this.entries[known] = entry;
    }
  }

  pack(): PackedTargets {
    const entries = this.entries.sort(
      (a, b) => b.version - a.version || compare(a.hardware, b.hardware) || compare(a.name, b.name),
    );
    const rows = new Uint32Array(entries.length * Column.Count);
    const numbers = new Float64Array(entries.length * 2);
    entries.forEach(({ version, time, row }, index) => {
      rows.set(this.rows[row] ?? [], index * Column.Count);
      numbers[2 * index] = version;
      numbers[2 * index + 1] = time;
    });
    const lists = [...this.lists.values()];
    return {
      text: [...this.texts.keys()].join(''),
      textEnds: endsOf([...this.texts.keys()]),
      lists: Uint32Array.from(lists.flatMap(({ ids }) => ids)),
      listEnds: endsOf(lists.map(({ ids }) => ids)),
      rows,
      numbers,
    };
  }

  private rowOf(target: Target): readonly number[] {
    const { version } = target;
    return [
      ...this.around(target.name, version),
      this.list(target.hardwareIds),
      this.list(target.tags),
      this.list(target.apps.flatMap(({ name, uri }) => [name, uri])),
      this.list(target.commits.flatMap(({ repository, sha }) => [repository, sha])),
      this.text(target.ostreeHash),
      this.text(target.lmpVersion),
      this.text(target.arch),
      ...this.around(target.buildUri, version),
      ...this.around(target.originUri ?? '', version),
    ];
  }

  private text(text: string): number {
    let index = this.texts.get(text);
    if (index === undefined) {
      index = this.texts.size;
      this.texts.set(text, index);
    }
    return index;
  }

  private list(texts: readonly string[]): number {
    const ids = texts.map((text) => this.text(text));
    const key = ids.join();
    let list = this.lists.get(key);
    if (list === undefined) {
      list = { index: this.lists.size, ids };
      this.lists.set(key, list);
    }
    return list.index;
  }

  /** What is before and after the version in a text: targets and builds are named by it. */
  private around(text: string, version: number): readonly [number, number] {
    const digits = String(version);
    const at = text.lastIndexOf(digits);
    return at < 0
      ? [this.text(text), NO_VERSION]
      : [this.text(text.slice(0, at)), this.text(text.slice(at + digits.length))];
  }
}

/** @returns the targets, each of which reads what it is asked for; `{...target}` is not a copy of one */
export function unpackTargets(packed: PackedTargets): Target[] {
  const table = new Table(packed);
  return Array.from({ length: packed.numbers.length / 2 }, (_, row) => new PackedTarget(table, row));
}

/** @returns the pieces that are moved to another thread, not copied */
export function piecesOf({ textEnds, lists, listEnds, rows, numbers }: PackedTargets): ArrayBuffer[] {
  return [textEnds, lists, listEnds, rows, numbers].map(({ buffer }) => buffer as ArrayBuffer);
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

  text(row: number, column: Column): string {
    return this.textAt(this.id(row, column));
  }

  /** A text that was cut around the version; its suffix is in the next column. */
  joined(row: number, column: Column.NamePrefix | Column.UriPrefix | Column.OriginPrefix): string {
    const suffix = this.id(row, column + 1);
    const prefix = this.text(row, column);
    return suffix === NO_VERSION ? prefix : `${prefix}${this.version(row)}${this.textAt(suffix)}`;
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

  pairs<T>(row: number, column: Column.Apps | Column.Commits, make: (first: string, second: string) => T): T[] {
    const texts = this.list(this.id(row, column));
    return Array.from({ length: texts.length / 2 }, (_, at) => make(texts[2 * at] ?? '', texts[2 * at + 1] ?? ''));
  }

  private list(id: number): readonly string[] {
    const { lists, listEnds } = this.packed;
    return Array.from(lists.subarray(id === 0 ? 0 : listEnds[id - 1], listEnds[id]), (text) => this.textAt(text));
  }

  private textAt(id: number): string {
    const { text, textEnds } = this.packed;
    return text.slice(id === 0 ? 0 : textEnds[id - 1], textEnds[id]);
  }
}

const app = (name: string, uri: string): TargetApp => ({ name, uri });
const commit = (repository: string, sha: string): TargetCommit => ({ repository, sha });

class PackedTarget implements Target {
  readonly #table: Table;
  readonly #row: number;

  constructor(table: Table, row: number) {
    this.#table = table;
    this.#row = row;
  }

  get name(): string {
    return this.#table.joined(this.#row, Column.NamePrefix);
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
    return this.#table.pairs(this.#row, Column.Apps, app);
  }
  get commits(): readonly TargetCommit[] {
    return this.#table.pairs(this.#row, Column.Commits, commit);
  }
  get ostreeHash(): string {
    return this.#table.text(this.#row, Column.OstreeHash);
  }
  get lmpVersion(): string {
    return this.#table.text(this.#row, Column.LmpVersion);
  }
  get arch(): string {
    return this.#table.text(this.#row, Column.Arch);
  }
  get buildUri(): string {
    return this.#table.joined(this.#row, Column.UriPrefix);
  }
  get originUri(): string {
    return this.#table.joined(this.#row, Column.OriginPrefix);
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

function endsOf(items: readonly { readonly length: number }[]): Uint32Array {
  let end = 0;
  return Uint32Array.from(items, ({ length }) => (end += length));
}

const compare = (a: string, b: string): number => (a === b ? 0 : a.localeCompare(b));
