/** One operation or flow under one fault: what the user sees, and what must hold whatever happens. */
import { FactoryError, type FailureKind } from '../../../src/api/errors';
import { explain } from '../../../src/ui/errorText';
import { TOKEN, type Fault } from '../faults';
import type { Hosts } from './hosts';
import { SECRET } from './secret';
import type { World } from './world';

/** What the user was told where it happened: in a box, or in a message. */
export class Told extends Error {
  override readonly name = 'Told';
}

/** How it looks to the user. */
export interface Seen {
  /** `ok`, or the message. */
  readonly message: string;
  /** Buttons of the message. */
  readonly next: readonly string[];
}

/** @returns the failure in the words of the user interface, with the addresses of the run replaced by names */
export function seenOf(error: unknown, world: World, hosts: Hosts): Seen {
  if (error === undefined) {
    return { message: 'ok', next: [] };
  }
  const { message, remedies } = error instanceof Told ? { message: error.message, remedies: [] } : explain(error);
  return {
    message: message.replaceAll(world.host, 'HOST').replaceAll(new URL(hosts.other.origin).host, 'OTHER'),
    next: remedies,
  };
}

/** @returns everything that an error says to whoever looks into it, its causes too */
function inside(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 4) {
    return error === undefined ? '' : JSON.stringify(error);
  }
  const info = error instanceof FactoryError ? JSON.stringify({ ...error.info, cause: undefined }) : '';
  return [error.message, error.stack, info, inside(error.cause, depth + 1)].join('\n');
}

/** A message that holds one of these was made of something that was not there, or repeats what nobody can read. */
const UNREADABLE = /undefined|\bnull\b|NaN|\[object|<\/?[a-z]+>|\n|\s{2}|\{\d\}/;

/** @returns what is wrong with a message and whatever else was told */
export function wrongWords(error: unknown, seen: Seen, world: World): string[] {
  const wrong: string[] = [];
  const told = [seen.message, inside(error), JSON.stringify(world.log)].join('\n');
  for (const secret of [TOKEN, SECRET]) {
    if (told.includes(secret)) {
      wrong.push(`${secret} is told: ${told.slice(Math.max(0, told.indexOf(secret) - 100)).slice(0, 200)}`);
    }
  }
  if (seen.message !== 'ok') {
    if (seen.message === '' || UNREADABLE.test(seen.message) || seen.message.length > 400) {
      wrong.push(`no message for people: ${seen.message}`);
    }
    // A complaint of the service about what it was sent says itself what to do.
    if (
      error instanceof FactoryError &&
      error.kind !== 'rejected' &&
      seen.next.filter((remedy) => remedy !== 'showLog').length === 0
    ) {
      // A button that does something, or a sentence that says what to do.
      if (!/\b(try|use|check|sign|look|save|refresh|ask|see)\b/i.test(seen.message)) {
        wrong.push(`no next step: ${seen.message}`);
      }
    }
  }
  return wrong;
}

/** @returns what is wrong with the requests: the token anywhere but at home, a write that went out twice or elsewhere */
export function wrongRequests(world: World, hosts: Hosts): string[] {
  const wrong: string[] = [];
  const written = new Set<string>();
  for (const { method, path, home, carried } of world.calls) {
    if (!home && (carried.includes(TOKEN) || /osf-token|bearer /i.test(carried))) {
      wrong.push(`the token left: ${method} ${carried}`);
    }
    if (home && !carried.includes(TOKEN) && !(world.exchanged && carried.includes('"Authorization":"Bearer '))) {
      wrong.push(`sent home without the token: ${method} ${path}`);
    }
    if (method !== 'GET') {
      if (!home) {
        wrong.push(`a write at another host: ${method} ${carried}`);
      }
      const sent = `${method} ${carried}`;
      // Each exchange is for an access token of its own, and changes nothing.
      if (written.has(sent) && path !== '/oauth/token/') {
        wrong.push(`sent twice: ${method} ${path}`);
      }
      written.add(sent);
    }
  }
  const { other, trusted, expired, wrongHost, unknownAuthority } = hosts;
  // Of this cell or of one beside it: in none of them may it be so.
  for (const request of [other, trusted].flatMap(({ arrived }) => arrived.splice(0))) {
    if (JSON.stringify(request).includes(TOKEN) || /osf-token/i.test(request.headers)) {
      wrong.push(`the token arrived elsewhere: ${request.method} ${request.url}`);
    }
  }
  if ([expired, wrongHost, unknownAuthority].some(({ arrived }) => arrived.length > 0)) {
    wrong.push('a request was sent over a connection that nobody vouches for');
  }
  return wrong;
}

/** @returns whether a failure is taken for something that the fault is not */
export function wrongKind(error: unknown, fault: Fault, also: readonly FailureKind[] = []): string[] {
  return error instanceof FactoryError && ![...fault.kinds, ...also].includes(error.kind)
    ? [`${fault.name} is taken for ${error.kind}: ${error.message}`]
    : [];
}

/** @returns `GET×3, PATCH`: what was sent, in the order of the first of each */
export function requestsOf(world: World): string {
  const counts = new Map<string, number>();
  world.calls.forEach(({ method, home }) => {
    const name = home ? method : `${method} elsewhere`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  });
  return [...counts].map(([name, count]) => (count === 1 ? name : `${name}×${count}`)).join(', ');
}
