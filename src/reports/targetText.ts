import { l10n } from 'vscode';
import type { DeviceTest } from '../model/deviceTests';
import { bytesText } from '../model/bytes';
import { buildOfUri, type Sbom, type TargetDetail, type WebPages } from '../model/targetDetail';
import { fields, oneLine, reportPage, sentence } from '../ui/reportText';
import { testText } from '../ui/testWords';
import { ago, dateTime } from '../ui/time';
import { withoutAddresses, type LinkedPage, type PageLink } from './pageLinks';

/** A part of a page that has a request of its own: what it is, or why nobody knows. */
export type Part<T> = { readonly value: T } | { readonly problem: string };

/** What the page of a target is made from. */
export interface TargetFacts {
  readonly detail: TargetDetail;
  /** Why what is shown is old; `''` where it is not. */
  readonly stale: string;
  readonly tests: Part<{ readonly items: readonly DeviceTest[]; readonly total: number }>;
  readonly sboms: Part<readonly Sbom[]>;
  readonly pages: WebPages;
  readonly now: number;
}

/** @returns the page *Target Details* */
export function targetText({ detail, stale, tests, sboms, pages, now }: TargetFacts): LinkedPage {
  const links: PageLink[] = [];
  /** A line whose value leads to a page, where there is one. */
  const linked = (name: string, value: string, url: string | undefined): [string, string] => {
    if (url !== undefined) {
      links.push({ name: oneLine(name), value: oneLine(value), url });
    }
    return [name, value];
  };
  const version = Number.isFinite(detail.version) ? detail.version : undefined;
  const when = (time: number | undefined) =>
    time === undefined ? l10n.t('not reported') : `${dateTime(time)} (${ago(time, now)})`;
  const none = (list: readonly string[]) => (list.length === 0 ? l10n.t('none') : list.join(', '));
  const text = reportPage(
    detail.name,
    [...(stale === '' ? [] : [stale])],
    [
      {
        heading: l10n.t('Target'),
        lines: fields([
          [l10n.t('Name'), detail.name],
          linked(
            l10n.t('Version'),
            version === undefined ? l10n.t('not reported') : String(version),
            version === undefined ? undefined : pages.target(version),
          ),
          [l10n.t('Machine'), detail.machineName],
          [l10n.t('Hardware'), none(detail.hardwareIds)],
          [l10n.t('Architecture'), detail.arch],
          [l10n.t('Tags'), none(detail.tags)],
          [l10n.t('Created'), when(detail.createdAt)],
          [
            l10n.t('Changed'),
            detail.updatedAt === undefined || detail.updatedAt === detail.createdAt ? '' : when(detail.updatedAt),
          ],
          [l10n.t('Format'), detail.format],
          [l10n.t('Length'), detail.length > 0 ? bytesText(detail.length) : ''],
        ]),
      },
      {
        heading: l10n.t('Operating system'),
        lines: fields([
          [l10n.t('OSTree hash'), detail.ostreeHash === '' ? l10n.t('not reported') : detail.ostreeHash],
          [l10n.t('LmP version'), detail.lmpVersion],
          [l10n.t('Image file'), detail.imageFile],
        ]),
      },
      {
        heading: l10n.t('Where it comes from'),
        lines: fields([
          [l10n.t('Built by'), buildText(detail.buildUri)],
          [l10n.t('OS from'), detail.osBuildUri === '' ? '' : l10n.t('{0}, reused', buildText(detail.osBuildUri))],
          [
            l10n.t('Apps from'),
            detail.appsBuildUri === '' ? '' : l10n.t('{0}, reused', buildText(detail.appsBuildUri)),
          ],
        ]),
      },
      {
        heading: l10n.t('Commits'),
        lines:
          detail.commits.length === 0
            ? [sentence(l10n.t('None reported.'))]
            : fields(
                detail.commits.map(({ repository, sha }) => linked(repository, sha, pages.commit(repository, sha))),
              ),
      },
      {
        heading: l10n.t('Apps'),
        lines:
          detail.apps.length === 0
            ? [sentence(l10n.t('This target has no apps.'))]
            : fields(
                detail.apps.map(({ name, uri }): [string, string] => [name, uri || l10n.t('address not reported')]),
              ),
      },
      {
        heading: l10n.t('Static deltas and preloading'),
        lines: fields([
          [
            l10n.t('Static deltas'),
            detail.deltas === undefined
              ? l10n.t('none reported')
              : [detail.deltas.size > 0 ? bytesText(detail.deltas.size) : '', detail.deltas.sha256]
                  .filter((part) => part !== '')
                  .join(', '),
          ],
          [l10n.t('Preloaded apps'), detail.fetchedApps?.shortlist ?? ''],
          [l10n.t('Their bundle'), detail.fetchedApps?.uri ?? ''],
          [l10n.t('Bundle for preloading'), detail.appsBundleUri],
        ]),
      },
      { heading: l10n.t('Tests of this version'), lines: testLines(tests) },
      { heading: l10n.t('Software bills of materials'), lines: sbomLines(sboms) },
      { heading: l10n.t('Other fields'), lines: fields(detail.otherFields) },
    ],
  );
  return { text: withoutAddresses(text), links };
}

function buildText(uri: string): string {
  const build = buildOfUri(uri);
  return uri === '' ? l10n.t('not reported') : build === undefined ? uri : l10n.t('build {0}', build);
}

function testLines(tests: TargetFacts['tests']): string[] {
  if ('problem' in tests) {
    return [sentence(l10n.t('They could not be read. {0}', tests.problem))];
  }
  const { items, total } = tests.value;
  if (items.length === 0) {
    return [sentence(l10n.t('None reported.'))];
  }
  return [
    ...fields(
      items.map((test): [string, string] => [
        test.name === '' ? l10n.t('without a name') : test.name,
        [testText(test), test.createdAt === undefined ? '' : dateTime(test.createdAt), test.id]
          .filter((part) => part !== '')
          .join(', '),
      ]),
    ),
    ...(total > items.length ? [sentence(l10n.t('{0} of {1} are shown.', items.length, total))] : []),
    sentence(l10n.t('“Show Test of Target” shows the results of one, and opens its files.')),
  ];
}

function sbomLines(sboms: TargetFacts['sboms']): string[] {
  if ('problem' in sboms) {
    return [sentence(l10n.t('They could not be read. {0}', sboms.problem))];
  }
  return sboms.value.length === 0
    ? [sentence(l10n.t('None reported.'))]
    : [
        ...fields(
          sboms.value.map(({ build, run, artifact }): [string, string] => [
            artifact,
            l10n.t('build {0}, {1}', build, run),
          ]),
        ),
        sentence(l10n.t('“Open SBOM” shows one, and “Download SBOM” keeps it as a file.')),
      ];
}
