import { FactoryError } from '../api/errors';
import { scopeKey, type ConfigScope } from '../model/config';
import { LastUsed } from '../model/lastUsed';
import { missingScopes } from '../model/scopes';
import { Emitter } from './emitter';

/** A change of many devices may be refused for each. */
const MOST_KEPT = 1000;

/**
 * Configurations that the service has refused to change, with what it said: a credential that lacks a scope lacks it for all of the
 * Factory; teams may allow one group and not another (docs/api.md §1.4).
 */
export class Denials {
  private readonly denied = new LastUsed<FactoryError>(MOST_KEPT);
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;

  /** @returns why a configuration cannot be changed; undefined where that is not known */
  of(scope: ConfigScope): FactoryError | undefined {
    return this.denied.get(factoryKey(scope)) ?? this.denied.get(scopeKey(scope));
  }

  /** Whether anything was refused. */
  get isAny(): boolean {
    return this.denied.count > 0;
  }

  /** To be told how a change has failed. */
  failed(scope: ConfigScope, error: unknown): void {
    if (error instanceof FactoryError && error.kind === 'forbidden') {
      const isEverywhere = missingScopes(error.info.serverMessage)?.of === 'credential';
      this.denied.set(isEverywhere ? factoryKey(scope) : scopeKey(scope), error);
      this.changed.fire(undefined);
    }
  }

  /** To be told that a change was taken. */
  succeeded(scope: ConfigScope): void {
    if (this.of(scope) !== undefined) {
      this.denied.delete(factoryKey(scope));
      this.denied.delete(scopeKey(scope));
      this.changed.fire(undefined);
    }
  }

  /** Forgets all: the user wants to see anew. */
  clear(): void {
    if (this.denied.count > 0) {
      this.denied.clear();
      this.changed.fire(undefined);
    }
  }
}

const factoryKey = ({ factory }: ConfigScope): string => `all of ${factory}`;
