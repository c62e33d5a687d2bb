/** The users and teams of the emulator's Factories (docs/api.md §2.4). */

/** A user as `…/users/` lists it. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly role: 'owner' | 'admin' | 'member';
}

/** Ada's id is the owner that the REST guide shows. */
export const USERS = {
  ada: { id: '5e13232f73927550af883e7b', name: 'Ada Example', role: 'owner' },
  bo: { id: '60a1b2c3d4e5f60718293a4c', name: 'Bo Example', role: 'member' },
  cy: { id: '61f0c3a2b1d4e5960718ffee', name: 'Cy Example', role: 'admin' },
} as const satisfies Record<string, User>;

/** In the order of their ids, which is the order the device list sorts owners by. */
export const USER_LIST: readonly [User, ...User[]] = [USERS.ada, USERS.bo, USERS.cy];

/** A team as `…/teams/<name>` shows it; scopes are without the Factory's name here. */
export interface Team {
  readonly name: string;
  readonly description: string;
  readonly scopes: readonly string[];
  readonly groups: readonly string[];
  readonly members: readonly User[];
}

export const TEAMS: readonly Team[] = [
  {
    name: 'lab-devs',
    description: 'Lab developers',
    scopes: ['devices:read', 'targets:read'],
    groups: ['lab'],
    members: [USERS.bo],
  },
];
