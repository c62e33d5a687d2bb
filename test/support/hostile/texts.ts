import { readErrorBody } from '../../../src/api/errors';
import { foundriesServer, oauthUrlOf } from '../../../src/api/server';
import { splitNames } from '../../../src/model/appsSetting';
import { buildOfUrl, repositoryOfRemotes } from '../../../src/model/build';
import { readReason } from '../../../src/model/buildReason';
import { nameProblem } from '../../../src/model/config';
import { factoryOfRemotes, hubImages } from '../../../src/model/containersRepository';
import { parseTime } from '../../../src/model/device';
import { safeFileName } from '../../../src/model/safeFileName';
import { DeviceKeyError } from '../../../src/model/deviceKeyError';
import { encryptForDevice } from '../../../src/model/encryption';
import { readFioctlConfig } from '../../../src/model/fioctlConfig';
import { parseCommandLine } from '../../../src/model/handlers';
import { nearestName } from '../../../src/model/nearestName';
import { missingScopes } from '../../../src/model/scopes';
import { secrecyOf } from '../../../src/model/secrecy';
import { curlCommand, shellWord } from '../../../src/model/shellCommands';
import { runningTarget } from '../../../src/model/tagChoice';
import { hardwareOf, versionOf } from '../../../src/model/targetAge';
import { buildOfUri, isCommit, webPages } from '../../../src/model/targetDetail';
import { detailLines } from '../../../src/model/updateDetails';
import {} from '../../../src/model/updates';
import { isVpnEnabled, vpnServerAddress } from '../../../src/model/wireguard';
import { LARGE, repeated, type HostileCase } from './hostile';

const secret = (value: string) => ({ name: 'token', value, unencrypted: false, onChanged: undefined });
const ofDevice = (value: string) => secrecyOf({ kind: 'device' }, secret(value));
const ofGroup = (value: string) => secrecyOf({ kind: 'group' }, secret(value));
const error = (body: string) => readErrorBody(body);
const key = (pem: string) => {
  try {
    return encryptForDevice(pem, new Uint8Array());
  } catch (found) {
    if (found instanceof DeviceKeyError) {
      return found;
    }
    throw found;
  }
};
const vpn = (value: string) => {
  const file = { name: 'wireguard-server', value, unencrypted: true, onChanged: undefined };
  try {
    return [
      isVpnEnabled(file),
      vpnServerAddress([{ createdAt: '', appliedAt: undefined, createdBy: undefined, reason: '', files: [file] }]),
    ];
  } catch {
    return undefined;
  }
};
/** Short texts of servers and devices: values, names, addresses, answers. */
export const TEXTS: readonly HostileCase[] = [
  repeated('whether a value of a device is encrypted', ofDevice, ' ', { before: 'BA'.repeat(100), after: '!' }),
  repeated('whether a value of a device is encrypted', ofDevice, '\n', { before: 'BA'.repeat(100), after: '====' }),
  repeated('whether a value of a device is encrypted', ofDevice, 'A=', { before: 'BA'.repeat(100) }),
  repeated('whether a value of a group can be read', ofGroup, 'A', { after: '!' }),
  repeated('whether a value of a group can be read', ofGroup, '*', { after: '!' }),
  repeated('whether a value of a group can be read', ofGroup, '\r', { after: '!' }),
  repeated('an error page', error, '<title', { before: '<html>' }),
  repeated('an error page', error, '<title>', { before: '<html>' }),
  repeated('an error page', error, ' ', { before: '<html><title>', after: '<' }),
  repeated('an error page', error, '<title></titl', { before: '<html>' }),
  repeated('an error body', error, '\u0001', { after: 'x' }),
  repeated('an error body', error, '"a",', { before: '{"errors":[', after: '""]}' }),
  repeated('an error body', error, '"a":"{",', { before: '{', after: '"b":1}' }),
  repeated('an error body of many lists', error, '[', { before: '{"errors":{"a":', after: '' }),
  repeated('scopes that are missing', missingScopes, '\t', {
    before: 'Credential used must include one of these scopes:',
    after: '\n',
  }),
  repeated('scopes that are missing', missingScopes, 'must add you to a team with one of these scopes:', {
    after: '\n',
  }),
  repeated('scopes that are missing', missingScopes, 'a:', {
    before: 'Credential used must include one of these scopes: ',
    after: '!',
  }),
  repeated('a Git configuration (builds)', repositoryOfRemotes, '\n', { after: 'x' }),
  repeated('a Git configuration (builds)', repositoryOfRemotes, '\t\n', { after: 'x' }),
  repeated('a Git configuration (builds)', repositoryOfRemotes, 'url', { before: 'url = "https://', after: '\n' }),
  repeated('a Git configuration (apps)', factoryOfRemotes, ' \n', { after: 'x' }),
  repeated('a Git configuration (apps)', factoryOfRemotes, ' url = https://source.x/factories/y\n'),
  repeated('a compose file', hubImages, ' ', { after: 'image' }),
  repeated('a compose file', hubImages, 'image: hub.a/b/\n'),
  repeated('a compose file', hubImages, 'image: hub.', { after: '/' }),
  repeated('the reason of a build', readReason, '\nGIT_A=1'),
  {
    name: 'the reason of a build: blank lines, then fields',
    make: (size) => {
      const text = '\n'.repeat(size / 2) + '\nGIT_SHA=1'.repeat(size / 20);
      return () => readReason(text);
    },
    large: LARGE,
  },
  repeated('the reason of a build', readReason, '\r', { after: 'x' }),
  repeated('the address of a build', buildOfUrl, '/projects/a'),
  repeated('the address of a build', buildOfUri, '/1'),
  repeated('the name of a target', (name) => runningTarget(name, []), '-lmp-0-', { before: 'm', after: '\n' }),
  repeated('the name of a target', (name) => hardwareOf(name, undefined), '-lmp-', { before: 'm' }),
  repeated('the name of a target', versionOf, '-1', { after: 'x' }),
  repeated('the name of a target', versionOf, '1', { before: '-lmp-', after: 'x' }),
  repeated('the name of an artifact', safeFileName, '.', { before: 'a', after: 'b' }),
  repeated('the name of an artifact', safeFileName, ' \t', { before: 'a', after: 'b' }),
  repeated('the name of an artifact', safeFileName, '/'),
  repeated('a name', nameProblem, 'a/'),
  repeated('a time', parseTime, '1', { before: '2025-01-01T00:00:00.' }),
  repeated('a time', parseTime, '+', { before: '2025-01-01T00:00:00' }),
  repeated('a public key', key, '-----BEGIN PUBLIC KEY-----'),
  repeated('a public key', key, ' ', { before: '-----BEGIN PUBLIC KEY-----', after: '!' }),
  repeated('names in a list', splitNames, 'a,'),
  repeated('a commit', isCommit, 'a', { after: '!' }),
  repeated('the host of a Factory', (host) => webPages(host, 'f'), 'a.', { before: 'api.', after: '!' }),
  repeated('the address of an API', (path) => foundriesServer(`https://a.example/${path}x`), '/'),
  repeated('the address of an API', (path) => oauthUrlOf(`https://a.example/${path}x`), '/'),
  repeated('a word of a command line', shellWord, "'"),
  repeated('a word of a command line', shellWord, '\u0001\\'),
  repeated(
    'a command line',
    (name) => curlCommand({ factory: name, name, uuid: '', baseUrl: 'https://a', bearer: false }, 'device'),
    "'",
  ),
  repeated('a handler', parseCommandLine, '"a" '),
  repeated('a handler', parseCommandLine, '\\'),
  repeated('a name that is like others', (name) => nearestName(name, [`${name}x`, name.slice(1)]), 'ab', {
    large: 300_000,
  }),
  repeated('settings of the VPN', vpn, '=\n'),
  repeated('settings of the VPN', vpn, ' ', { before: 'server_address', after: '=' }),
  repeated('details of an event', detailLines, '[', { after: ']' }),
  {
    name: 'details of an event: a long key of a long list',
    make: (size) => {
      const text = JSON.stringify({ ['k'.repeat(size / 2)]: Array.from({ length: size / 4 }, () => 0) });
      return () => detailLines(text).join('\n');
    },
    large: LARGE / 5,
  },
  {
    name: 'details of an event: objects in objects',
    make: (size) => {
      const text = '{"a":'.repeat(size / 6) + '1' + '}'.repeat(size / 6);
      return () => detailLines(text).join('\n');
    },
    large: LARGE,
  },
  repeated('a token file of fioctl', readFioctlConfig, '[', { large: 300_000 }),
  repeated('a token file of fioctl', readFioctlConfig, ' ', { before: 'token: "', after: '\n' }),
];
