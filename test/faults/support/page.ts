/** The matrix as a page. It says the same for the same behaviour: no times, ports, ids or names of fields. */
import type { Remedy } from '../../../src/ui/errorText';
import { OPERATIONS } from '../operations';
import type { Seen } from './cells';
import type { Cell, FlowCell } from './matrix';

const BUTTONS: Readonly<Record<Remedy, string>> = {
  signIn: 'Sign In',
  openSettings: 'Open Settings',
  proxySettings: 'Proxy Settings',
  retry: 'Try Again',
  showLog: 'Show Log',
};
const HITS = { all: 'each request', writes: 'the write', onward: 'the write and all after it' };
const UNKNOWN = ' Whether the change was made is not known: look before you try again.';

const INTRO = `# What the user sees when something fails

Written by \`npm run test:faults -- --renew\`, and checked by each run. \`HOST\` is the service, \`OTHER\` another host. Of each cell
the run also asserts that the token went nowhere but to the service; that neither it nor a secret value is in a message, in
an error or in the log; that no write went out twice; that what is said is so; and that nothing of the user's work is lost.

A failure that passes is one of many: reads are tried three times then. _May be done_: the message goes on "Whether the change
was made is not known: look before you try again."
`;

/** @returns the whole page, in Markdown */
export function pageOf(operations: readonly Cell[], flows: readonly FlowCell[]): string {
  return [
    INTRO,
    `${operations.length} cells of operations, ${flows.length} of flows.`,
    '',
    '## What is said',
    '',
    ...table(['Fault', 'The user sees', 'Next step'], messages([...operations, ...flows])),
    '',
    '## Operations of the client',
    '',
    ...table(['Fault', 'Outcome', 'Requests', 'Operations'], operationRows(operations)),
    '',
    ...grouped(flows, ({ row }) => row).flatMap(([row, cells]) => [
      `## The user ${row}`,
      '',
      ...table(['Hit', 'Faults', 'Outcome', 'Requests', 'In force', 'Kept'], flowRows(cells)),
      '',
    ]),
  ].join('\n');
}

/** Each message of a fault once. */
function messages(cells: readonly Cell[]): string[][] {
  const failed = cells.filter(({ seen }) => seen.message !== 'ok');
  return grouped(failed, ({ fault, seen }) => JSON.stringify([fault, plain(seen), seen.next]))
    .map(([, [cell]]) => cell!)
    .sort((a, b) => order(cells, a) - order(cells, b))
    .map(({ fault, seen }) => [fault, plain(seen), seen.next.map((remedy) => BUTTONS[remedy as Remedy]).join(', ')]);
}

const order = (cells: readonly Cell[], { fault }: Cell): number => cells.findIndex((cell) => cell.fault === fault);

/** Which field of which answer is told differs from operation to operation. */
const plain = ({ message }: Seen): string =>
  message
    .replace(UNKNOWN, '')
    .replace(/: (the answer|[\w.[\]-]+): expected [^.]+, received [\w ]+\./, ': FIELD: expected TYPE, received TYPE.');

function operationRows(cells: readonly Cell[]): string[][] {
  return grouped(cells, ({ fault }) => fault).flatMap(([fault, same]) =>
    grouped(same, ({ seen, requests }) => JSON.stringify([outcome(seen), count(requests)])).map(([, alike]) => {
      const { seen, requests } = alike[0]!;
      return [fault, outcome(seen), count(requests), namesOf(alike.map(({ row }) => row))];
    }),
  );
}

/** Of which method it is says the operation. */
const count = (requests: string): string => requests.replace(/PATCH|POST|PUT|DELETE/g, 'write').replace('GET', 'read');

function flowRows(cells: readonly FlowCell[]): string[][] {
  const alike = grouped(cells, ({ hit, seen, requests, done, kept }) =>
    JSON.stringify([hit, outcome(seen), requests, done, kept]),
  );
  return alike.map(([, same]) => {
    const { hit, seen, requests, done, kept } = same[0]!;
    const faults = same.map(({ fault }) => fault).join('; ');
    return [HITS[hit], faults, outcome(seen), requests, done === undefined ? '' : done ? 'yes' : 'no', kept];
  });
}

function outcome({ message }: Seen): string {
  return message === 'ok' ? 'ok' : message.endsWith(UNKNOWN) ? 'told; may be done' : 'told';
}

/** @returns a table without the columns that say nothing */
function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const used = titles.map((_, column) => rows.some((row) => row[column] !== ''));
  const line = (cells: readonly string[]) =>
    `| ${cells
      .filter((_, column) => used[column])
      .map((cell) => cell.replace(/[|*<]/g, (character) => `\\${character}`))
      .join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)];
}

/** @returns `every read but a, b`, or the names */
function namesOf(names: readonly string[]): string {
  const all = Object.entries(OPERATIONS);
  for (const [title, wanted] of [
    ['every one', all],
    ['every read', all.filter(([, { does }]) => does === 'read')],
    ['every write', all.filter(([, { does }]) => does === 'write')],
  ] as const) {
    const others = wanted.map(([name]) => name).filter((name) => !names.includes(name));
    if (wanted.length - others.length === names.length && others.length < names.length / 3) {
      return others.length === 0 ? title : `${title} but ${others.join(', ')}`;
    }
  }
  return names.join(', ');
}

/** In the order in which they first come. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups];
}
