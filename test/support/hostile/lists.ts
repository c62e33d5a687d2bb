import { healthOverTime } from '../../../src/model/appHealth';
import { appStates, type ServiceReport } from '../../../src/model/apps';
import {
  appliedTime,
  configSize,
  currentFile,
  entryOfFile,
  isPending,
  type ConfigEntry,
  type ConfigFile,
} from '../../../src/model/config';
import {
  changesBetween,
  entryKey,
  historySteps,
  restorable,
  restoreRisk,
  setBy,
} from '../../../src/model/configHistory';
import { missingImages } from '../../../src/model/containersRepository';
import { effectiveConfig } from '../../../src/model/effectiveConfig';
import { countsByGroup, countsByTag, devicesByVersion, type TagStatus } from '../../../src/model/fleetStatus';
import { reachOfTags } from '../../../src/model/reach';
import { hardwareParts, summarizeHardware } from '../../../src/model/hardware';
import { appsIn, newestOf, newestWithApp } from '../../../src/model/newestTargets';
import { groupByTag, groupByVersion, type Target } from '../../../src/model/target';
import { ageAmong } from '../../../src/model/targetAge';
import { newestMoved, olderThan, planTags, touchedTags } from '../../../src/model/targetChanges';
import { compareTargets } from '../../../src/model/targetComparison';
import type { TargetDetail } from '../../../src/model/targetDetail';
import { TargetHistory } from '../../../src/model/targetHistory';
import { firstFreeAddress } from '../../../src/model/wireguard';
import { replacing } from '../../../src/store/configWrites';
import { tagsPlan } from '../../../src/commands/targets/changePlans';
import { listed, type HostileCase } from './hostile';

/** @returns a target as the service lists it */
export function target(version: number, parts: Partial<Target> = {}): Target {
  return {
    name: `board-lmp-${version}`,
    version,
    hardwareIds: ['board'],
    tags: ['main'],
    apps: [{ name: 'app', uri: `hub/app@sha256:${version}` }],
    commits: [],
    ostreeHash: String(version),
    lmpVersion: '',
    arch: '',
    buildUri: '',
    createdAt: undefined,
    ...parts,
  };
}

/** @returns a target as its page has it */
export function targetDetail(version: number, parts: Partial<TargetDetail> = {}): TargetDetail {
  return {
    ...target(version),
    machineName: '',
    format: '',
    length: 0,
    updatedAt: undefined,
    imageFile: '',
    osBuildUri: '',
    appsBuildUri: '',
    deltas: undefined,
    fetchedApps: undefined,
    appsBundleUri: '',
    otherFields: [],
    raw: {},
    ...parts,
  };
}

/** @returns a configuration file in plain text */
export function plainFile(name: string, value = ''): ConfigFile {
  return { name, value, unencrypted: true, onChanged: undefined };
}

/** @returns an entry of a history */
export function entry(files: readonly ConfigFile[], at = 0): ConfigEntry {
  const createdAt = new Date(at * 1000).toISOString();
  return { createdAt, appliedAt: undefined, createdBy: 'somebody', reason: `change ${at}`, files };
}

const SERVICE: ServiceReport = { name: 'web', state: 'running', status: '', health: '', image: '', logs: '' };

const targets = (all: readonly Target[]) => {
  const tags = groupByTag(all);
  const newest = tags.flatMap((tag) => newestOf(tag) ?? []);
  const history = new TargetHistory(all);
  const [first] = all;
  return [
    groupByVersion(all).length,
    appsIn(newest).length,
    newestWithApp(tags, 'none'),
    first && history.changes(first),
    ageAmong(all, { target: first?.name ?? '', tag: 'main' }),
    olderThan(all, 'main', 3).pruned.length,
    planTags(all, { kind: 'add', tags: ['next'] }).length,
    newestMoved(all, new Map(all.map(({ name }) => [name, ['next']]))).moved.length,
  ];
};

const pairs = (names: readonly string[]) => {
  const one = target(1, { tags: names, hardwareIds: names });
  return newestMoved([one], new Map([[one.name, undefined]])).moved.length;
};

const files = (all: readonly ConfigFile[]) => {
  const before = entry(all.slice(1), 1);
  const entries = [entry(all, 2), before, entry([], 0)];
  return [
    all.map(({ name }) => [currentFile(entries, name), entryOfFile(entries, name)?.createdAt].length),
    all.map((file) => [isPending(entries, file), appliedTime(entries, file)].length),
    all.map(({ name }) => setBy(entries, before, name)).length,
    replacing.holds(entries, { reason: '', files: all }),
    changesBetween(before.files, all).length,
    historySteps(entries).length,
    restorable({ kind: 'factory', factory: 'f' }, all, before.files).kept.length,
    restoreRisk(entries, before, changesBetween(all, before.files)).commands.length,
    configSize(before, plainFile('x')),
    entryKey(before).digest,
    effectiveConfig({ factory: all, group: all, device: before.files }).length,
  ];
};

const status = (all: readonly TagStatus[]) => [
  countsByTag(all).size,
  countsByGroup(all).size,
  devicesByVersion(all).size,
];
const tagStatus = (tag: string, group: string, version: number): TagStatus => ({
  tag,
  production: false,
  devices: 1,
  online: 1,
  onLatest: 1,
  onOrphan: 0,
  latestVersion: version,
  targets: [{ version, devices: 1, orphan: false }],
  groups: [{ name: group, devices: 1, online: 1, onLatest: 1, onOrphan: 0 }],
});

/** Long lists of servers and devices. */
export const LISTS: readonly HostileCase[] = [
  listed('targets, each of its own version', targets, (at, of) => target(of - at)),
  listed('targets, each with a tag of its own', targets, (at) => target(at, { tags: [`tag-${at}`] })),
  listed('targets, all of one version', targets, (at) => target(1, { name: `t-${at}` })),
  listed('targets, each for hardware of its own', targets, (at) => target(at, { hardwareIds: [`board-${at}`] })),
  listed('tags and hardware of one target', pairs, (at) => `name-${at}`),
  listed('files of a configuration', files, (at) => plainFile(`file-${at}`, String(at))),
  listed('files of a configuration, all of one name', files, () => plainFile('file')),
  listed('files of a configuration, each in a folder', files, (at) => plainFile(`folder-${at}/file`)),
  listed('tags of devices', status, (at) => tagStatus(`tag-${at}`, `group-${at}`, at)),
  listed('tags of devices, all of one name', status, (at) => tagStatus('main', `group-${at}`, at)),
  {
    name: 'apps of a device, of its target and of its settings',
    make: (size) => {
      const names = Array.from({ length: size }, (_, at) => `app-${at}`);
      const services = [SERVICE];
      const apps = names.map((name) => ({ name, state: 'healthy', uri: '', services }));
      const reports = Array.from({ length: 10 }, (_, at) => ({ at, apps }));
      const offered = names.map((name) => ({ name, uri: '' }));
      return () => [
        healthOverTime(reports),
        appStates({ setting: { kind: 'only', apps: names }, offered, report: reports[0], running: names }),
      ];
    },
    large: 50_000,
  },
  {
    name: 'the question before targets of many tags are pruned',
    make: (size) => {
      const tags = Array.from({ length: size }, (_, at) => `tag-${at}`);
      const all = tags.map((tag, at) => target(at, { tags: [tag] }));
      const status = tags.map((tag, at) => tagStatus(tag, '', at));
      const changes = planTags(all, { kind: 'replace', tags: ['next'] });
      const after = new Map(changes.map((change) => [change.name, change.after]));
      return () => {
        const touched = touchedTags(changes);
        const around = {
          factory: 'f',
          moved: newestMoved(all, after),
          tags: touched,
          followers: reachOfTags(status, touched, 4),
          waves: { waves: [] },
          changed: false,
        };
        return tagsPlan({ changes, gone: [], underWay: [] } as never, 'go', around);
      };
    },
    large: 100_000,
  },
  {
    name: 'many tags of a target, and as many to add and remove',
    make: (size) => {
      const names = (word: string) => Array.from({ length: size }, (_, at) => `${word}-${at}`);
      const all = [target(1, { tags: names('a') })];
      const tags = names('b');
      return () => [planTags(all, { kind: 'add', tags }), planTags(all, { kind: 'remove', tags })];
    },
    large: 300_000,
  },
  {
    name: 'two targets of many tags and apps',
    make: (size) => {
      const names = (word: string) => Array.from({ length: size }, (_, at) => `${word}-${at}`);
      const detail = (word: string) =>
        targetDetail(1, {
          tags: names(word),
          hardwareIds: names(word),
          apps: names(word).map((name) => ({ name, uri: name })),
        });
      const [from, to] = [detail('a'), detail('b')];
      return () => compareTargets(from, to);
    },
    large: 100_000,
  },
  {
    name: 'images of a compose file, and folders',
    make: (size) => {
      const of = { domain: 'foundries.io', factory: 'acme' };
      const text = Array.from({ length: size }, (_, at) => `image: hub.foundries.io/acme/app${at}\n`).join('');
      const folders = Array.from({ length: size }, (_, at) => ({
        name: `other${at}`,
        files: new Set<string>(),
        builds: [],
      }));
      return () => missingImages(text, of, folders);
    },
    large: 50_000,
  },
  {
    name: 'hardware of a device, in one list',
    make: (size) => {
      const tree = { children: Array.from({ length: size }, (_, at) => ({ class: 'network', id: `eth${at}` })) };
      return () => [summarizeHardware(tree), hardwareParts(tree, 500)];
    },
    large: 1_000_000,
  },
  {
    name: 'hardware of a device, one in the other',
    make: (size) => {
      let tree: unknown = {};
      for (let at = 0; at < size; at++) {
        tree = at % 2 === 0 ? { class: 'disk', children: tree } : [tree];
      }
      return () => [summarizeHardware(tree), hardwareParts(tree, 500)];
    },
    large: 1_000_000,
  },
  {
    name: 'addresses of the VPN',
    make: (size) => {
      const taken = new Set(Array.from({ length: size }, (_, at) => `10.42.${at >> 8}.${at & 255}`));
      return () => firstFreeAddress('10.42.0.1', taken);
    },
    large: 60_000,
  },
];
