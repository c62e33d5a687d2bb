import { factoryPath, folderName, parsePlace, SCHEME } from '../configfs/address';
import type { ReportUri } from './address';
import { TARGET_SCHEME } from './targetScheme';

/** What a document about a target shows. */
export type TargetSubject =
  | { readonly kind: 'details'; readonly target: string }
  | { readonly kind: 'json'; readonly target: string }
  /** The compose file of an app. */
  | { readonly kind: 'app'; readonly target: string; readonly app: string }
  /** `device`: what `from` was running on when it was compared; `''` for none. */
  | { readonly kind: 'comparison'; readonly from: string; readonly to: string; readonly device: string }
  /** What git tells between two commits of a repository. */
  | { readonly kind: 'commits'; readonly repository: string; readonly from: string; readonly to: string }
  | {
      readonly kind: 'sbom';
      readonly target: string;
      readonly build: string;
      readonly run: string;
      readonly artifact: string;
    }
  | { readonly kind: 'test'; readonly version: string; readonly id: string }
  | { readonly kind: 'artifact'; readonly version: string; readonly id: string; readonly name: string };

/** A document about a target. Its address alone finds it again after a restart. */
export interface TargetAddress {
  /** Key of the server (`model/serverKey`). */
  readonly host: string;
  readonly factory: string;
  readonly subject: TargetSubject;
}

/** The texts that each kind of subject is made of. */
const PARTS = {
  details: ['target'],
  json: ['target'],
  app: ['target', 'app'],
  comparison: ['from', 'to', 'device'],
  commits: ['repository', 'from', 'to'],
  sbom: ['target', 'build', 'run', 'artifact'],
  test: ['version', 'id'],
  artifact: ['version', 'id', 'name'],
} as const satisfies Readonly<Record<TargetSubject['kind'], readonly string[]>>;

/**
 * @param title last part of the path, which is the name of the tab
 * @param place what stands for the target in the path, which only people read
 * @returns `foundries-target://HOST/factories/F/targets/T/FOLDER/TITLE?{…}`; the folder binds the language
 */
export function formatTarget(
  { host, factory, subject }: TargetAddress,
  title: string,
  place = placeOf(subject),
): ReportUri {
  const name = title.replace(/[/\\]/g, '_');
  const path = [factoryPath(factory), 'targets', folderName(place), folderOf(subject), name || '_'];
  return { scheme: TARGET_SCHEME, authority: host, path: path.join('/'), query: JSON.stringify(subject) };
}

/** @returns what a URI is the address of; undefined where it is none of ours */
export function parseTarget(uri: ReportUri): TargetAddress | undefined {
  const [, escaped] = /^\/factories\/([^/]+)\/targets\//.exec(uri.path) ?? [];
  const place =
    uri.scheme === TARGET_SCHEME && escaped !== undefined
      ? parsePlace({ scheme: SCHEME, authority: uri.authority, path: `/factories/${escaped}` })
      : undefined;
  const subject = place === undefined ? undefined : parseSubject(uri.query);
  return place === undefined || subject === undefined
    ? undefined
    : { host: place.host, factory: place.factory, subject };
}

function parseSubject(query: string): TargetSubject | undefined {
  let data: Partial<Record<string, unknown>>;
  try {
    data = { ...(JSON.parse(query) as object | null) };
  } catch {
    return undefined;
  }
  const { kind } = data;
  if (typeof kind !== 'string' || !Object.hasOwn(PARTS, kind)) {
    return undefined;
  }
  const parts = PARTS[kind as TargetSubject['kind']];
  return parts.every((part) => typeof data[part] === 'string')
    ? (Object.fromEntries(['kind', ...parts].map((part) => [part, data[part]])) as unknown as TargetSubject)
    : undefined;
}

/** The target, or what stands for it, in the address: for people, who see it in the tab's tooltip. */
function placeOf(subject: TargetSubject): string {
  switch (subject.kind) {
    case 'comparison':
      return `${subject.from}...${subject.to}`;
    case 'commits':
      return `${subject.repository} ${subject.from}...${subject.to}`;
    case 'test':
    case 'artifact':
      return subject.version;
    case 'details':
    case 'json':
    case 'app':
    case 'sbom':
      return subject.target;
  }
}

/** Only pages under `report` may have links, and only those that are made here. */
function folderOf(subject: TargetSubject): 'report' | 'json' | 'compose' | 'text' {
  switch (subject.kind) {
    case 'details':
    case 'comparison':
      return 'report';
    case 'app':
      return 'compose';
    case 'json':
      return 'json';
    case 'sbom':
      return subject.artifact.endsWith('.json') ? 'json' : 'text';
    case 'commits':
    case 'test':
    case 'artifact':
      return 'text';
  }
}
