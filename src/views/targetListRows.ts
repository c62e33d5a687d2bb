import { groupByVersion, type Target, type TargetVersion } from '../model/target';
import { filtersTargets, type ArrangedTargets } from '../model/targetArrangement';
import { TargetHistory } from '../model/targetHistory';
import { TargetUse } from '../model/targetUse';
import type { TargetListState } from '../store/targetList';
import type { Shown } from './factoryTree';
import type { Row } from './rows/row';
import { TargetRow } from './rows/targetRows';
import { HardwareRow, TagRow, VersionRow, versionRows, VERSIONS_A_PAGE, type VersionsShown } from './rows/versionRows';
import type { TargetArrangements } from './targetArrangements';

/** What the rows of targets are made for. */
export interface TargetList {
  readonly arrangements: TargetArrangements;
  /** @returns the targets in the order of the view */
  arrange(state: TargetListState): ArrangedTargets;
  /** Shows all rows anew. */
  refresh(): void;
}

/** Makes the rows of the Targets view; read when it is first shown. */
export class TargetListRows {
  private readonly list: TargetList;
  /** How many versions are shown, by the id of the row above. */
  private readonly versionsShown = new Map<string, number>();
  private history:
    | {
        readonly of: readonly Target[];
        readonly made: TargetHistory;
        /** Made when first asked for. */
        versions?: ReadonlyMap<number, readonly Target[]>;
      }
    | undefined;

  constructor(list: TargetList) {
    this.list = list;
  }

  /** Another Factory is shown. */
  forget(): void {
    this.versionsShown.clear();
  }

  /** @returns the rows at the top */
  rows(shown: Shown, state: TargetListState): Row[] {
    const { status } = shown.factory.fleet;
    if (status.state.fetchedAt === undefined && status.state.error === undefined) {
      // Who runs what is told when it is there.
      void status.load();
    }
    const arranged = this.list.arrange(state);
    const versions = this.versionsShownOf(shown, state);
    if (arranged.by === 'version') {
      return versionRows(this.topPlace(shown), arranged.versions, versions);
    }
    return arranged.groups.map((group) => this.groupRow(shown, arranged.by, group, versions));
  }

  /** @returns the row of a target, or of its version, as it is arranged now; as many versions as it takes are shown */
  rowOf(shown: Shown, target: Target, tag: string, itself: boolean): Row | undefined {
    const { state } = shown.factory.targets;
    const arranged = this.list.arrange(state);
    const versionsShown = this.versionsShownOf(shown, state);
    let versions: readonly TargetVersion[];
    let place: { readonly id: string; readonly parent: Row | undefined; readonly tag?: string | undefined };
    if (arranged.by === 'version') {
      ({ versions } = arranged);
      place = this.topPlace(shown);
    } else {
      const name = arranged.by === 'tag' ? tag : (target.hardwareIds[0] ?? '');
      const group = arranged.groups.find((candidate) => candidate.name === name);
      if (group === undefined) {
        return undefined;
      }
      ({ versions } = group);
      const parent = this.groupRow(shown, arranged.by, group, versionsShown);
      place = { id: parent.id, parent, ...(arranged.by === 'tag' ? { tag } : { hardware: name }) };
    }
    const at = versions.findIndex(({ version }) => version === target.version);
    const made = versions[at];
    if (made === undefined) {
      return undefined;
    }
    const before = this.versionsShown.get(place.id) ?? VERSIONS_A_PAGE;
    if (at >= before) {
      this.versionsShown.set(place.id, at + 1);
      this.list.refresh();
    }
    const row = new VersionRow({ ...place, partial: false }, made, versionsShown);
    return itself ? new TargetRow(row, target) : row;
  }

  private groupRow(
    { prefix }: Shown,
    by: 'tag' | 'hardware',
    { name, versions }: { readonly name: string; readonly versions: readonly TargetVersion[] },
    shown: VersionsShown,
  ): TagRow | HardwareRow {
    const { hardware } = this.list.arrangements.current.filter;
    return by === 'tag'
      ? new TagRow(prefix, { tag: name, versions }, hardware, shown)
      : new HardwareRow(prefix, name, versions, shown);
  }

  private topPlace({ prefix }: Shown) {
    const { filter } = this.list.arrangements.current;
    return { id: prefix, parent: undefined, tag: filter.tag, partial: filtersTargets({ ...filter, tag: undefined }) };
  }

  private versionsShownOf({ factory }: Shown, { targets }: TargetListState): VersionsShown {
    if (this.history?.of !== targets) {
      this.history = { of: targets, made: new TargetHistory(targets) };
    }
    const { history } = this;
    const { tags, isWhole, fetchedAt } = factory.fleet.status.state;
    return {
      history: history.made,
      targetsOf: (version, tag) => {
        history.versions ??= new Map(groupByVersion(targets).map((made) => [made.version, made.targets]));
        const all = history.versions.get(version) ?? [];
        return tag === undefined
          ? all.length
          : all.filter(({ tags: its }) => (tag === '' ? its.length === 0 : its.includes(tag))).length;
      },
      use: fetchedAt === undefined ? undefined : new TargetUse(tags, isWhole),
      pageOf: (id) => this.versionsShown.get(id),
      showMore: (id, count) => {
        this.versionsShown.set(id, count);
        this.list.refresh();
      },
    };
  }
}
