import type { Connections, Session } from '../store/connections';
import type { Services } from './services';

/** What running something with a Factory needs of the window. */
export interface FactoryAsked {
  readonly connections: Pick<Connections, 'session'>;
  /** Resolves when it is known who is signed in; rejects where secret storage cannot be read. */
  readonly ready: () => Promise<void>;
  /** Tells that nothing was done, as it cannot be known who is signed in. */
  readonly tellUnreadable: (error: unknown) => void;
  /** Lets the user sign in; what came of it is in the session. */
  readonly signIn: () => PromiseLike<unknown>;
  /** Tells that nothing was done, as another Factory is shown than that which the command was chosen for. */
  readonly tellMoved: (factory: string) => void;
}

/**
 * Runs something that needs a Factory; lets the user sign in first where nobody is. What was chosen for one Factory is not
 * done to another that has come in its place with the sign-in: rows of both may have the same names.
 */
export function withFactory({
  connections,
  ready,
  tellUnreadable,
  signIn,
  tellMoved,
}: FactoryAsked): Services['withFactory'] {
  return async (run) => {
    try {
      await ready();
    } catch (error) {
      tellUnreadable(error);
      return undefined;
    }
    const before = connections.session;
    if (before.state !== 'signedIn') {
      await signIn();
    }
    const now = connections.session;
    if (now.state !== 'signedIn') {
      return undefined;
    }
    if (placeOf(before) !== undefined && placeOf(before) !== placeOf(now)) {
      tellMoved(now.factory.name);
      return undefined;
    }
    return run(now);
  };
}

const placeOf = (session: Session): string | undefined =>
  'factory' in session ? `${session.connection.client.server.key} ${session.factory.name}` : undefined;
