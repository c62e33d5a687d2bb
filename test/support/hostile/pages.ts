import { comparisonText } from '../../../src/reports/comparisonText';
import { composeText } from '../../../src/reports/composeText';
import { healthText } from '../../../src/reports/healthText';
import { asJson } from '../../../src/reports/jsonText';
import { placeLinks, withoutAddresses } from '../../../src/reports/pageLinks';
import { targetText } from '../../../src/reports/targetText';
import { testPageText } from '../../../src/reports/testText';
import { updateText } from '../../../src/reports/updateText';
import { effectiveConfig } from '../../../src/model/effectiveConfig';
import { compareTargets } from '../../../src/model/targetComparison';
import { webPages } from '../../../src/model/targetDetail';
import { effectivePage } from '../../../src/ui/effectivePage';
import { asLabel, shortTarget } from '../../../src/ui/label';
import { logLine, plainText } from '../../../src/ui/plainText';
import { block, fields, oneLine } from '../../../src/ui/reportText';
import { listed, LARGE, numbered, repeated, type HostileCase } from './hostile';
import { plainFile, targetDetail } from './lists';

const test = (details: string) => ({
  id: 'test',
  name: 'test',
  status: 'PASSED',
  details,
  createdAt: undefined,
  completedAt: undefined,
  results: [{ name: 'one', status: 'FAILED', details }],
  artifacts: [],
});
const testPage = (details: string) => testPageText({ device: 'device', test: test(details), stale: '' });
const event = (details: string) => ({
  type: 'EcuInstallationCompleted',
  time: 0,
  target: 'board-lmp-1',
  version: '1',
  success: false,
  details,
});
const updatePage = (details: readonly string[]) =>
  updateText({ device: 'device', id: 'update', update: undefined, events: details.map(event), stale: '' });
const shown = (text: string) => [plainText(text), logLine(text), oneLine(text), asLabel(text), shortTarget(text)];
const pages = webPages('api.foundries.io', 'acme');
const nested = (size: number): unknown => {
  let value: unknown = 'x';
  for (let at = 0; at < size; at++) {
    value = at % 2 === 0 ? [value] : { a: value };
  }
  return value;
};

/** What is shown of what servers and devices report. */
export const PAGES: readonly HostileCase[] = [
  repeated('a block of lines', block, '\r\n', { before: 'a', after: 'x' }),
  repeated('a block of lines', block, '\n\r\n\r', { before: 'a\r', after: 'x' }),
  repeated('a block of lines', block, '\n'),
  repeated('a text in one line', shown, ' ', { after: 'x' }),
  repeated('a text in one line', shown, ']('),
  repeated('a text in one line', shown, '$('),
  repeated('a text in one line', shown, '-lmp-0', { after: '\n' }),
  repeated('a text in one line', shown, '0', { before: '-lmp-', after: '\n' }),
  repeated('addresses in a page', withoutAddresses, 'https://'),
  repeated('addresses in a page', withoutAddresses, 'http'),
  repeated('the page of a test', testPage, '\r\n', { after: 'x' }),
  repeated('the page of an update', (text) => updatePage([text]), '\n\r', { after: 'x' }),
  listed('the page of an update of many events', updatePage, (at) => `{"event":${at}}`, 20_000),
  {
    name: 'the page of an update: an event with a long key of a long list',
    make: (size) => {
      const text = JSON.stringify({ ['k'.repeat(size / 2)]: Array.from({ length: size / 4 }, () => 0) });
      return () => updatePage([text]);
    },
    large: 200_000,
  },
  {
    name: 'names and values of a page, one name of them long',
    make: (size) => {
      const all = Array.from({ length: size / 4 }, (_, at): [string, string] => [`n${at}`, 'v']);
      all.push(['n'.repeat(size), 'v']);
      return () => fields(all);
    },
    large: 1_000_000,
  },
  {
    name: 'the health of many apps',
    make: (size) => {
      const apps = Array.from({ length: size }, (_, at) => ({
        name: `app-${at}`,
        state: 'unhealthy',
        uri: '',
        services: [],
      }));
      return () => healthText({ device: 'device', reports: [{ at: 0, apps }], stale: '' });
    },
    large: 50_000,
  },
  {
    name: 'the effective configuration of many files, one of them with a long name',
    make: (size) => {
      const files = Array.from({ length: size / 8 }, (_, at) => plainFile(`f${at}`, 'x'));
      files.push(plainFile('n'.repeat(size / 2), 'x'));
      return () => {
        const made = effectiveConfig({ factory: files, device: files });
        return effectivePage({ device: 'd', factory: 'f', group: '', files: made, missing: [], fetchedAt: 0 });
      };
    },
    large: LARGE,
  },
  numbered(
    'the effective update settings of many keys',
    (text) => {
      const made = effectiveConfig({
        factory: [plainFile('z-50-fioctl.toml', text)],
        device: [plainFile('z-50-fioctl.toml', text)],
      });
      return effectivePage({ device: 'd', factory: 'f', group: '', files: made, missing: [], fetchedAt: 0 });
    },
    (at) => (at === 0 ? `[${'t'.repeat(50_000)}]\n` : `key${at} = "${at}"\n`),
    LARGE,
  ),
  {
    name: 'the page of a target of many fields',
    make: (size) => {
      const otherFields = Array.from({ length: size }, (_, at): [string, string] => [`field-${at}`, 'value']);
      const apps = Array.from({ length: size }, (_, at) => ({ name: `app-${at}`, uri: 'https://a' }));
      const tests = { value: { items: [], total: 0 } };
      const detail = targetDetail(1, { otherFields, apps });
      return () => {
        const page = targetText({ detail, stale: '', tests, sboms: { value: [] }, pages, now: 0 });
        return placeLinks(page.text, page.links);
      };
    },
    large: 100_000,
  },
  {
    name: 'the comparison of two targets of many apps',
    make: (size) => {
      const apps = (word: string) => Array.from({ length: size }, (_, at) => ({ name: `${word}-${at}`, uri: 'u' }));
      const comparison = compareTargets(targetDetail(1, { apps: apps('a') }), targetDetail(2, { apps: apps('b') }));
      return () => {
        const page = comparisonText({ comparison, device: '', stale: '', pages });
        return placeLinks(page.text, page.links);
      };
    },
    large: 50_000,
  },
  {
    name: 'JSON of one list in the other',
    make: (size) => {
      const value = nested(size);
      return () => asJson(value);
    },
    large: 100_000,
  },
  {
    name: 'JSON of many lists in lists',
    make: (size) => {
      const value = Array.from({ length: size / 500 }, () => nested(500));
      return () => asJson(value);
    },
    large: 1_000_000,
  },
  {
    name: 'a compose file of one list in the other',
    make: (size) => {
      const content = { uri: '', error: '', warnings: [], files: [], spec: nested(size), size: undefined };
      return () => composeText('app', content);
    },
    large: 100_000,
  },
  {
    name: 'a compose file of many services',
    make: (size) => {
      const services = Object.fromEntries(
        Array.from({ length: size }, (_, at) => [`service-${at}`, { image: `i${at}` }]),
      );
      const content = { uri: '', error: '', warnings: [], files: [], spec: { services }, size: undefined };
      return () => composeText('app', content);
    },
    large: 50_000,
  },
  repeated(
    'a compose file of a long text',
    (text) => composeText('app', { uri: '', error: '', warnings: [], files: [], spec: { text }, size: undefined }),
    'a b\n',
  ),
  repeated(
    'a compose file of a long text',
    (text) => composeText('app', { uri: '', error: '', warnings: [], files: [], spec: { text }, size: undefined }),
    '" \\',
  ),
];
