import { formatAddress, parseFolder, SCHEME, type UriParts } from '../configfs/address';

/** Scheme of read-only documents about devices. */
export const REPORT_SCHEME = 'foundries-device';

/** What a document about a device shows. */
export type ReportSubject =
  | { readonly kind: 'details' }
  | { readonly kind: 'json' }
  | { readonly kind: 'health' }
  /** `id` is the correlation id. */
  | { readonly kind: 'update'; readonly id: string }
  | { readonly kind: 'test'; readonly id: string }
  /** `id` is the test's. */
  | { readonly kind: 'artifact'; readonly id: string; readonly name: string };

/** A document about a device. Its address alone finds it again after a restart. */
export interface ReportAddress {
  /** Key of the server (`model/serverKey`). */
  readonly host: string;
  readonly factory: string;
  readonly device: string;
  readonly subject: ReportSubject;
}

export type ReportUri = UriParts & { readonly query: string };

/**
 * @param title last part of the path, which is the name of the tab
 * @returns `foundries-device://HOST/factories/F/devices/D/report/TITLE?{…}`; the folder binds the language
 */
export function formatReport({ host, factory, device, subject }: ReportAddress, title: string): ReportUri {
  const { path } = formatAddress({ host, scope: { kind: 'device', factory, device }, file: 'x' });
  const folder = subject.kind === 'json' ? 'json' : subject.kind === 'artifact' ? 'artifact' : 'report';
  const name = title.replace(/[/\\]/g, '_');
  return {
    scheme: REPORT_SCHEME,
    authority: host,
    path: path.replace(/config\/x$/, () => `${folder}/${name === '' ? '_' : name}`),
    query: JSON.stringify(subject),
  };
}

/** @returns what a URI is the address of; undefined where it is none of ours */
export function parseReport(uri: ReportUri): ReportAddress | undefined {
  const path = uri.path.replace(/\/(json|artifact|report)\/[^/]*$/, '/config');
  const folder = parseFolder({ scheme: SCHEME, authority: uri.authority, path });
  const subject = parseSubject(uri.query);
  if (uri.scheme !== REPORT_SCHEME || folder?.scope.kind !== 'device' || subject === undefined) {
    return undefined;
  }
  const { host, scope } = folder;
  return { host, factory: scope.factory, device: scope.device, subject };
}

function parseSubject(query: string): ReportSubject | undefined {
  let data: Partial<Record<string, unknown>>;
  try {
    data = { ...(JSON.parse(query) as object | null) };
  } catch {
    return undefined;
  }
  const { kind, id, name } = data;
  switch (kind) {
    case 'details':
    case 'json':
    case 'health':
      return { kind };
    case 'update':
    case 'test':
      return typeof id === 'string' ? { kind, id } : undefined;
    case 'artifact':
      return typeof id === 'string' && typeof name === 'string' ? { kind, id, name } : undefined;
    default:
      return undefined;
  }
}
