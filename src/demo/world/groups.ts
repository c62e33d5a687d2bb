/** The device groups of a Factory (docs/api.md §2.3). */
import { ConfigHistory } from './config-history';

export interface Group {
  readonly id: number;
  name: string;
  description: string;
  readonly createdBy: string;
  readonly createdAt: number;
  updatedBy: string;
  updatedAt: number;
  readonly config: ConfigHistory;
}

/** The groups, in the order they were made. */
export class Groups {
  readonly #groups: Group[] = [];
  #nextId = 3;

  all(): readonly Group[] {
    return this.#groups;
  }

  get(name: string): Group | undefined {
    return this.#groups.find((group) => group.name === name);
  }

  create(name: string, description: string, user: string, now: number, config = new ConfigHistory()): Group {
    const group = {
      id: this.#nextId++,
      name,
      description,
      createdBy: user,
      createdAt: now,
      updatedBy: user,
      updatedAt: now,
      config,
    };
    this.#groups.push(group);
    return group;
  }

  remove(group: Group): void {
    this.#groups.splice(this.#groups.indexOf(group), 1);
  }
}
