import type { FactoryClient } from '../api/client';
import { asUnverified, FactoryError } from '../api/errors';
import type { CiTrigger } from '../api/triggers';

/** A secret by name; its value can be set and deleted, but never read. */
export interface CiSecret {
  readonly name: string;
  readonly trigger: CiTrigger;
}

/** The secrets of a Factory's CI. Nothing is kept: names are asked each time, values pass through once. */
export class CiSecrets {
  private readonly client: FactoryClient;
  private readonly factory: string;

  constructor(client: FactoryClient, factory: string) {
    this.client = client;
    this.factory = factory;
  }

  /** @throws {FactoryError} `notFound` also where the token may not see them */
  async triggers(): Promise<readonly CiTrigger[]> {
    return this.client.listTriggers(this.factory);
  }

  /**
   * Gives a secret a value, and makes it where there is none. A value cannot be read back: where the answer is lost, only a
   * name that is new tells that it was taken.
   *
   * @throws {FactoryError} where it was not done, or nobody can tell
   */
  async set(trigger: CiTrigger, name: string, value: string): Promise<void> {
    // A value that took the place of another shows nowhere.
    await this.change(trigger, name, value, (names) =>
      trigger.secrets.includes(name) ? undefined : names.includes(name),
    );
  }

  /**
   * Deletes a secret. One that is no more already is as good as deleted.
   *
   * @throws {FactoryError} where it was not done, or nobody can tell
   */
  async remove(trigger: CiTrigger, name: string): Promise<void> {
    await this.change(trigger, name, null, (names) => !names.includes(name));
  }

  private async change(
    trigger: CiTrigger,
    name: string,
    value: string | null,
    holds: (names: readonly string[]) => boolean | undefined,
  ): Promise<void> {
    try {
      await this.client.changeCiSecret(this.factory, trigger, name, value);
    } catch (error) {
      if (!(error instanceof FactoryError && error.outcomeUnknown)) {
        throw error;
      }
      const names = await this.namesOf(trigger.id);
      const isDone = names === undefined ? undefined : holds(names);
      if (isDone !== true) {
        throw isDone === undefined ? asUnverified(error) : error;
      }
    }
  }

  private async namesOf(id: number): Promise<readonly string[] | undefined> {
    try {
      return (await this.triggers()).find((trigger) => trigger.id === id)?.secrets;
    } catch {
      return undefined;
    }
  }
}
