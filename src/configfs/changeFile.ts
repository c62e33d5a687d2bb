import { CONFIG_LIMIT_BYTES, configSize, currentFile, type ConfigEntry, type ConfigFile } from '../model/config';
import type { ConfigSnapshot, ConfigStore, WriteOptions } from '../store/configStore';
import type { ConfigAddress } from './address';
import { ConflictFound, conflictOf } from './conflictFound';
import { explained, explainedByUuid, identify, type IdentityHost, type Meant } from './identityGuard';
import { SaveRefused, type Conflict } from './saveRefused';

/** What is done to a configuration. */
export type Step =
  | { readonly kind: 'put'; readonly file: ConfigFile }
  | { readonly kind: 'remove' }
  | { readonly kind: 'rename'; readonly to: ConfigFile }
  /** All files at once. */
  | { readonly kind: 'replace'; readonly files: readonly ConfigFile[] };

/** How a file, right before a write, compares with what the user decided on; `done`: nothing is left to be sent. */
export type Comparison = 'asSeen' | 'changed' | 'done';

/** What changes need of the world around them. */
export interface ChangeHost extends IdentityHost {
  /** Whether an editor holds text of the file that was not sent. */
  hasUnsentText?(address: ConfigAddress): boolean;
}

/** What looks at a text that is about to be sent. */
export interface Judge {
  /** The text that will be sent, as far as known before the file is read. */
  readonly value: string;
  /** Throws to refuse. Called again whenever another text than the last one is made of the file as it was read. */
  check(value: string): Promise<void>;
}

/** Nobody has looked at the text that would be sent. */
class NotJudged extends Error {
  override readonly name = 'NotJudged';

  constructor(readonly value: string) {
    super('the text was not checked');
  }
}

/** A change of a configuration, as the user decided on it. */
export interface Change {
  readonly address: ConfigAddress;
  readonly meant: Meant;
  /** What is done. */
  readonly kind: Step['kind'];
  /** Whether the user knew of the file: one that is there all the same was made by somebody else. */
  readonly wasThere: boolean;
  /** Looks at the text of the file before anything is asked or sent. */
  readonly judge?: Judge;
  /** Why it is done, or what asks for that and for the user's approval; asked before anything is read. */
  readonly reason: string | (() => Promise<string>);
  /** Before each try: what cannot wait for the answer to a question. */
  readonly prepare?: () => Promise<void>;
  /** Throws to refuse. */
  readonly compare: (current: ConfigFile | undefined, latest: readonly ConfigEntry[]) => Comparison;
  /** @returns what to send; undefined: nothing. Throws to refuse. */
  readonly make: (current: ConfigFile | undefined, latest: readonly ConfigEntry[]) => Step | undefined;
  /**
   * Asks the user whether to go on although the file is not as they saw it, or may be that of another device (`unproven`).
   * Throws where not. Without it the change is refused.
   */
  readonly ask?: (conflict: Conflict, current: ConfigFile | undefined) => Promise<void>;
  /** The user has seen which device it is. */
  readonly isIdentified?: boolean;
  /** Files that must not have unsent text in an editor. */
  readonly closed?: readonly ConfigAddress[];
}

/** How a change ended. */
export interface Changed {
  /** Whether something had to be sent. */
  readonly isSent: boolean;
  /** The file as it was right before. */
  readonly before: ConfigFile | undefined;
  readonly after: ConfigSnapshot;
}

/**
 * Changes a configuration, the one way in which all of the product does: checks the text, asks for approval, reads, proves
 * that it is the device that was meant (`identify`), compares the file with what the user saw, checks the size, and sends one
 * write. A text that was not checked is not sent: where the file that was read makes another one, it is checked, and the file
 * is read again. What somebody else did between the read and the write is found by a look at the history afterwards
 * (`ConfigStore`).
 *
 * @throws {SaveRefused} where nothing was sent: `signedOut`, `unsent`, `otherDevice`, `changed`, `exists`, `tooLarge`, and what
 *   the change itself refuses
 * @throws {FactoryError} where the service did not take it
 */
export async function changeFile(host: ChangeHost, change: Change): Promise<Changed> {
  const { address, meant, closed = [] } = change;
  const configs = host.configs(address.host, address.scope);
  if (configs === undefined) {
    throw new SaveRefused('signedOut', address);
  }
  const refuseUnsent = () => closed.forEach((one) => refuseIfUnsent(host, one));
  refuseUnsent();
  let judged = change.judge?.value;
  if (judged !== undefined) {
    await change.judge?.check(judged);
  }
  const reason = typeof change.reason === 'string' ? change.reason : await change.reason();
  let isIdentified = change.isIdentified === true;
  for (;;) {
    await change.prepare?.();
    let uuid: string | undefined;
    let before: ConfigFile | undefined;
    let isSent = false;
    const decide = async (latest: readonly ConfigEntry[]): Promise<Step | undefined> => {
      const identity = await identify(host, address, meant, latest);
      refuseUnsent();
      const current = currentFile(latest, address.file);
      // First of all: of another group, neither "changed" nor "done" says anything of the one that was meant.
      if (!identity.isProven && !isIdentified) {
        throw new ConflictFound({ ...conflictOf(latest, change.wasThere, current), kind: 'unproven' }, current);
      }
      const comparison = change.compare(current, latest);
      if (comparison === 'done') {
        return undefined;
      }
      if (comparison === 'changed') {
        throw new ConflictFound(conflictOf(latest, change.wasThere, current), current);
      }
      const step = change.make(current, latest);
      if (judged !== undefined && step?.kind === 'put' && step.file.value !== judged) {
        throw new NotJudged(step.file.value);
      }
      refuseSize(address, latest[0]?.files ?? [], step);
      [uuid, before, isSent] = [identity.uuid, current, step !== undefined];
      return step;
    };
    try {
      const after = await send(configs, change, reason, decide, { to: () => uuid });
      return { isSent, before, after };
    } catch (error) {
      if (error instanceof NotJudged) {
        // Not in the turn of the write: it may ask the user, and other writes of the configuration would wait for that.
        judged = error.value;
        await change.judge?.check(judged);
        continue;
      }
      if (!(error instanceof ConflictFound)) {
        throw uuid === undefined
          ? await explained(host, address, meant, error)
          : await explainedByUuid(host, address, uuid, error, true);
      }
      if (change.ask === undefined) {
        throw refusalOf(address, error.conflict);
      }
      await change.ask(error.conflict, error.current);
      isIdentified ||= error.conflict.kind === 'unproven';
    }
  }
}

/** @throws {SaveRefused} `unsent` */
export function refuseIfUnsent(host: Pick<ChangeHost, 'hasUnsentText'>, address: ConfigAddress): void {
  if (host.hasUnsentText?.(address) === true) {
    throw new SaveRefused('unsent', address);
  }
}

function send(
  configs: ConfigStore,
  { address: { scope, file: name }, kind }: Change,
  reason: string,
  decide: (latest: readonly ConfigEntry[]) => Promise<Step | undefined>,
  options: WriteOptions,
): Promise<ConfigSnapshot> {
  const when =
    <K extends Step['kind'], T>(wanted: K, write: (step: Extract<Step, { kind: K }>) => T) =>
    async (latest: readonly ConfigEntry[]): Promise<T | undefined> => {
      const step = await decide(latest);
      return step?.kind === wanted ? write(step as Extract<Step, { kind: K }>) : undefined;
    };
  switch (kind) {
    case 'put':
      return configs.update(
        scope,
        when('put', ({ file }) => ({ reason, file })),
        options,
      );
    case 'remove':
      return configs.remove(
        scope,
        when('remove', () => ({ reason, name })),
        options,
      );
    case 'rename':
      return configs.rename(
        scope,
        when('rename', ({ to }) => ({ reason, from: name, to })),
        options,
      );
    case 'replace':
      return configs.replace(
        scope,
        when('replace', ({ files }) => ({ reason, files })),
        options,
      );
  }
}

function refuseSize(address: ConfigAddress, files: readonly ConfigFile[], step: Step | undefined): void {
  const size = step === undefined ? 0 : sizeAfter(files, address.file, step);
  if (size > CONFIG_LIMIT_BYTES) {
    throw new SaveRefused('tooLarge', address, { size, limit: CONFIG_LIMIT_BYTES });
  }
}

/** Bytes of a configuration; what only makes it smaller is let through. */
function sizeAfter(files: readonly ConfigFile[], name: string, step: Step): number {
  switch (step.kind) {
    case 'put':
      return configSize({ files }, step.file);
    case 'rename':
      return configSize({ files: files.filter((file) => file.name !== name) }, step.to);
    case 'replace': {
      const [last] = step.files;
      return last === undefined ? 0 : configSize({ files: step.files }, last);
    }
    case 'remove':
      return 0;
  }
}

function refusalOf(address: ConfigAddress, conflict: Conflict): SaveRefused {
  switch (conflict.kind) {
    case 'unproven':
      return new SaveRefused('otherDevice', address, { device: { fate: 'unknown', isTaken: false } });
    case 'exists':
      return new SaveRefused('exists', address);
    default:
      return new SaveRefused('changed', address);
  }
}
