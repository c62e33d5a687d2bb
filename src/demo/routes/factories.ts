/** What a Factory says about itself: Factories, users, teams, VPN addresses (docs/api.md §2.4). */
import { otaError, validationError } from '../errors';
import { json, type EmulatorResponse } from '../http';
import { jsonBody, type Call, type Route } from '../router';
import { TEAMS, type Team, type User } from '../world/people';
import { factoryNamed, factoryOf } from './access';

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
  return json(call.world.users.map(userToWire));
}

/** `GET …/users/<polis-id or self>/`: adds the teams and what they allow. */
function oneUser(call: Call): EmulatorResponse {
  const factory = factoryNamed(call, call.params.factory ?? '');
  const id = call.params.user === 'self' ? call.principal.user : call.params.user;
  const user = call.world.users.find((candidate) => candidate.id === id);
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

/** `GET …/wireguard-ips/`: the devices that have an address in the VPN; the CLI fails at an empty one (docs/api.md §2.4). */
function wireguardIps(call: Call): EmulatorResponse {
  const factory = factoryOf(call, 'devices:read');
  const rows = factory.vpnDevices(call.now).flatMap((device) => {
    const value = device.config.latest?.files.find(({ name }) => name === 'wireguard-client')?.value ?? '';
    const settings = new Map(
      value.split('\n').map((line): [string, string] => {
        const at = line.indexOf('=');
        return [line.slice(0, Math.max(0, at)), line.slice(at + 1)];
      }),
    );
    const ip = settings.get('address') ?? '';
    const enabled = settings.get('enabled') !== '0';
    return ip === '' ? [] : [{ name: device.name, ip, enabled, pubkey: settings.get('pubkey') ?? '' }];
  });
  return json(rows);
}

/** `GET …/event-queues/`. */
function listQueues(call: Call): EmulatorResponse {
  return json(factoryOf(call, 'devices:read').eventQueues);
}

/** `POST …/event-queues/`: a `pull` queue answers with credentials to be saved. */
function createQueue(call: Call): EmulatorResponse {
  const factory = factoryOf(call, 'devices:read-update');
  const { label, type, 'push-url': url } = jsonBody(call.request);
  if (typeof label !== 'string' || (type !== 'push' && type !== 'pull')) {
    throw validationError({ label: "'label' and 'type' are required" });
  }
  if (factory.eventQueues.some((queue) => queue.label === label)) {
    throw otaError(409, `An event queue with the label ${label} already exists`);
  }
  factory.eventQueues.push({ label, type, ...(typeof url === 'string' ? { 'push-url': url } : {}) });
  return json(type === 'pull' ? { type: 'service_account', project_id: factory.name } : {}, 201);
}

function removeQueue(call: Call): EmulatorResponse {
  const factory = factoryOf(call, 'devices:read-update');
  const at = factory.eventQueues.findIndex(({ label }) => label === call.params.label);
  if (at < 0) {
    throw otaError(404, `EventQueue(${call.params.label ?? ''}) does not exist`);
  }
  factory.eventQueues.splice(at, 1);
  return json({});
}

export const factoryRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/ota/factories/', handler: list },
  { method: 'GET', pattern: '/ota/factories/:factory/users/', handler: users },
  { method: 'GET', pattern: '/ota/factories/:factory/users/:user/', handler: oneUser },
  { method: 'GET', pattern: '/ota/factories/:factory/teams/', handler: teams },
  { method: 'GET', pattern: '/ota/factories/:factory/teams/:team/?', handler: oneTeam },
  { method: 'GET', pattern: '/ota/factories/:factory/wireguard-ips/', handler: wireguardIps },
  { method: 'GET', pattern: '/ota/factories/:factory/event-queues/', handler: listQueues },
  { method: 'POST', pattern: '/ota/factories/:factory/event-queues/', handler: createQueue },
  { method: 'DELETE', pattern: '/ota/factories/:factory/event-queues/:label/', handler: removeQueue },
];
