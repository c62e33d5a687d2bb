/** What a Factory says about itself: Factories, users, teams, VPN addresses (foundries-api.md §2.4). */
import { otaError } from '../errors';
import { json, type EmulatorResponse } from '../http';
import type { Call, Route } from '../router';
import { TEAMS, USER_LIST, type Team, type User } from '../world/people';
import { factoryNamed } from './access';

/** `GET /ota/factories/`. */
function list(call: Call): EmulatorResponse {
  const names = call.principal.listed ? call.principal.factories : [];
  return json(
    names.flatMap((name) => {
      const factory = call.world.factories.get(name);
      return factory === undefined ? [] : [{ name, 'reposerver-id': factory.reposerverId }];
    }),
  );
}

function userToWire(user: User): object {
  return { 'polis-id': user.id, name: user.name, role: user.role };
}

function teamToWire(team: Team, factory: string): object {
  return {
    name: team.name,
    description: team.description,
    scopes: team.scopes.map((scope) => `${factory}:${scope}`),
    groups: team.groups,
    members: team.members.map(userToWire),
  };
}

function users(call: Call): EmulatorResponse {
  factoryNamed(call, call.params.factory ?? '');
  return json(USER_LIST.map(userToWire));
}

/** `GET …/users/<polis-id or self>/`: adds the teams and what they allow. */
function oneUser(call: Call): EmulatorResponse {
  const factory = factoryNamed(call, call.params.factory ?? '');
  const id = call.params.user === 'self' ? call.principal.user : call.params.user;
  const user = USER_LIST.find((candidate) => candidate.id === id);
  if (user === undefined) {
    throw otaError(404, `User(${id ?? ''}) does not exist`);
  }
  const teams = TEAMS.filter((team) => team.members.some((member) => member.id === user.id));
  const scopes = new Set(teams.flatMap((team) => team.scopes.map((scope) => `${factory.name}:${scope}`)));
  return json({
    ...userToWire(user),
    'teams-ext': teams.map((team) => teamToWire(team, factory.name)),
    'effective-scopes': [...scopes],
  });
}

function teams(call: Call): EmulatorResponse {
  factoryNamed(call, call.params.factory ?? '');
  return json(TEAMS.map(({ name, description }) => ({ name, description })));
}

function oneTeam(call: Call): EmulatorResponse {
  const factory = factoryNamed(call, call.params.factory ?? '');
  const team = TEAMS.find(({ name }) => name === call.params.team);
  if (team === undefined) {
    throw otaError(404, `Team(${call.params.team ?? ''}) does not exist`);
  }
  return json(teamToWire(team, factory.name));
}

export const factoryRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/ota/factories/', handler: list },
  { method: 'GET', pattern: '/ota/factories/:factory/users/', handler: users },
  { method: 'GET', pattern: '/ota/factories/:factory/users/:user/', handler: oneUser },
  { method: 'GET', pattern: '/ota/factories/:factory/teams/', handler: teams },
  { method: 'GET', pattern: '/ota/factories/:factory/teams/:team/?', handler: oneTeam },
];
