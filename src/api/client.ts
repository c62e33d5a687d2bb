import type { ConfigChange, ConfigEntry, ConfigReplacement, ConfigTarget } from '../model/config';
import type { AppsReport } from '../model/apps';
import type { Build, BuildRun, BuildRunDetail } from '../model/build';
import type { Device } from '../model/device';
import type { DeviceDetail } from '../model/deviceDetail';
import type { DeviceTest } from '../model/deviceTests';
import type { Target } from '../model/target';
import type { TagChange } from '../model/targetChanges';
import type { ComposeAppContent, Sbom, TargetDetail } from '../model/targetDetail';
import type { DeviceUpdate, UpdateEvent } from '../model/updates';
import type { RolloutBody, RolloutReach, WaveStatus, WaveTarget } from '../model/waves';
import { listAppsReports, newestAppsReport } from './appsStates';
import {
  annotateBuild,
  cancelRun,
  getBuild,
  getLatestBuild,
  getRun,
  listBuilds,
  listRuns,
  promoteBuild,
  rerunRun,
  type BuildPage,
  type LatestQuery,
  type RunAddress,
} from './builds';
import { deleteConfigFile, listConfig, patchConfig, postConfig } from './config';
import {
  changeDevice,
  countDevices,
  deleteDevice,
  getDevice,
  getDeviceKey,
  listDevices,
  type DeviceChange,
  type FilteredDevices,
  type DeviceKey,
  type DeviceName,
  type DevicePage,
  type DeviceQuery,
} from './devices';
import { getDeviceDetail } from './deviceDetail';
import type { ReportPage } from './deviceReports';
import { getTest, listTests, receiveArtifact, type Artifact } from './deviceTests';
import { listUpdateEvents, listUpdates } from './updates';
import { getSelf, listFactories, listUsers, type User } from './factories';
import { changeGroup, createGroup, deleteGroup, listGroups, type DeviceGroup, type GroupChange } from './groups';
import { receiveLog, receiveRunFile, type LogLook, type Resumption, type RunFile } from './runFiles';
import type { Server } from './server';
import { getPresence, type Presence } from './status';
import { deleteTargets, patchTargetTags, type JobReference } from './targetChanges';
import {
  getComposeApp,
  getTargetDetail,
  getTargetTest,
  listSboms,
  listTargetTests,
  receiveSbom,
  receiveTargetArtifact,
} from './targetDetail';
import { getTarget, listTargets, readTargets, type TargetsAnswer } from './targets';
import { changeCiSecret, listTriggers, type CiTrigger } from './triggers';
import type { Sink, Transport } from './transport';
import { endWave, getWaveStatus, listWaves, listWaveTargets, rolloutWave, type WavePage } from './waves';
import { listVpnAddresses, type VpnAddress } from './wireguard';

/** What can be asked of a server. Every method throws FactoryError. */
export interface FactoryClient {
  readonly server: Server;
  listFactories(signal?: AbortSignal): Promise<string[]>;
  getSelf(factory: string, signal?: AbortSignal): Promise<User>;
  listUsers(factory: string, signal?: AbortSignal): Promise<User[]>;
  listDevices(query: DeviceQuery, signal?: AbortSignal): Promise<DevicePage>;
  getDevice(factory: string, name: string, signal?: AbortSignal): Promise<Device>;
  countDevices(filter: FilteredDevices, signal?: AbortSignal): Promise<number>;
  getPresence(factory: string, offlineAfterHours: number, signal?: AbortSignal): Promise<Presence>;
  listGroups(factory: string, signal?: AbortSignal): Promise<DeviceGroup[]>;
  changeDevice(factory: string, uuid: string, change: DeviceChange): Promise<Device | undefined>;
  deleteDevice(factory: string, uuid: string): Promise<void>;
  createGroup(factory: string, group: DeviceGroup): Promise<void>;
  changeGroup(factory: string, name: string, change: GroupChange): Promise<void>;
  deleteGroup(factory: string, name: string): Promise<void>;
  listVpnAddresses(factory: string, signal?: AbortSignal): Promise<VpnAddress[]>;
  getDeviceKey(factory: string, device: DeviceName, signal?: AbortSignal): Promise<DeviceKey>;
  readTargets(factory: string, signal?: AbortSignal): Promise<TargetsAnswer>;
  listTargets(factory: string, signal?: AbortSignal, version?: number): Promise<Target[]>;
  getTarget(factory: string, name: string, signal?: AbortSignal): Promise<Target | undefined>;
  getTargetDetail(factory: string, name: string, signal?: AbortSignal): Promise<TargetDetail>;
  getComposeApp(factory: string, target: string, app: string, signal?: AbortSignal): Promise<ComposeAppContent>;
  listSboms(factory: string, target: string, signal?: AbortSignal): Promise<readonly Sbom[]>;
  receiveSbom(factory: string, target: string, sbom: Sbom, sink: Sink, signal?: AbortSignal): Promise<number>;
  listTargetTests(
    factory: string,
    version: number,
    page?: number,
    signal?: AbortSignal,
  ): Promise<ReportPage<DeviceTest>>;
  getTargetTest(factory: string, version: number, id: string, signal?: AbortSignal): Promise<DeviceTest>;
  receiveTargetArtifact(
    factory: string,
    version: number,
    test: string,
    name: string,
    sink: Sink,
    signal?: AbortSignal,
  ): Promise<number>;
  newestAppsReport(factory: string, device: string, signal?: AbortSignal): Promise<AppsReport | undefined>;
  listAppsReports(factory: string, device: string, signal?: AbortSignal): Promise<readonly AppsReport[]>;
  getDeviceDetail(factory: string, name: string, signal?: AbortSignal): Promise<DeviceDetail>;
  listUpdates(factory: string, device: string, page?: number, signal?: AbortSignal): Promise<ReportPage<DeviceUpdate>>;
  listUpdateEvents(factory: string, device: string, id: string, signal?: AbortSignal): Promise<readonly UpdateEvent[]>;
  listTests(factory: string, device: string, page?: number, signal?: AbortSignal): Promise<ReportPage<DeviceTest>>;
  getTest(factory: string, device: DeviceName, id: string, signal?: AbortSignal): Promise<DeviceTest>;
  receiveArtifact(artifact: Artifact, sink: Sink, signal?: AbortSignal): Promise<number>;
  listConfig(scope: ConfigTarget, signal?: AbortSignal): Promise<readonly ConfigEntry[]>;
  patchConfig(scope: ConfigTarget, change: ConfigChange): Promise<ConfigEntry | undefined>;
  postConfig(scope: ConfigTarget, replacement: ConfigReplacement): Promise<ConfigEntry | undefined>;
  deleteConfigFile(scope: ConfigTarget, name: string): Promise<ConfigEntry | undefined>;
  listBuilds(
    factory: string,
    page?: { readonly page?: number; readonly limit?: number },
    signal?: AbortSignal,
  ): Promise<BuildPage>;
  getBuild(factory: string, id: number, signal?: AbortSignal): Promise<Build>;
  getLatestBuild(factory: string, query?: LatestQuery, signal?: AbortSignal): Promise<Build>;
  listRuns(factory: string, build: number, signal?: AbortSignal): Promise<readonly BuildRun[]>;
  getRun(run: RunAddress, signal?: AbortSignal): Promise<BuildRunDetail>;
  cancelRun(run: RunAddress): Promise<void>;
  rerunRun(run: RunAddress): Promise<void>;
  promoteBuild(
    factory: string,
    id: number,
    promotion: { readonly name: string; readonly annotation: string },
  ): Promise<void>;
  annotateBuild(factory: string, id: number, annotation: string): Promise<void>;
  listWaves(factory: string, page: number, signal?: AbortSignal, status?: 'active'): Promise<WavePage>;
  listWaveTargets(factory: string, wave: string, signal?: AbortSignal): Promise<readonly WaveTarget[]>;
  getWaveStatus(factory: string, wave: string, offlineAfterHours: number, signal?: AbortSignal): Promise<WaveStatus>;
  rolloutWave(factory: string, wave: string, body: RolloutBody): Promise<RolloutReach>;
  endWave(factory: string, wave: string, how: 'complete' | 'cancel'): Promise<void>;
  patchTargetTags(factory: string, changes: readonly TagChange[]): Promise<JobReference>;
  deleteTargets(factory: string, targets: readonly Pick<Target, 'name'>[]): Promise<JobReference>;
  listTriggers(factory: string, signal?: AbortSignal): Promise<readonly CiTrigger[]>;
  changeCiSecret(factory: string, trigger: CiTrigger, name: string, value: string | null): Promise<void>;
  receiveRunFile(file: RunFile, sink: Sink, signal?: AbortSignal, resume?: Resumption): Promise<number>;
  receiveLog(
    run: RunAddress,
    offset: number,
    write: (chunk: Uint8Array) => Promise<void> | void,
    signal?: AbortSignal,
  ): Promise<LogLook>;
}

/**
 * @param targetsWorker path of the built thread for large lists of targets; without it they are parsed in this one
 * @returns the client of the server that the transport talks to
 */
export function createClient(transport: Transport, targetsWorker?: string): FactoryClient {
  return {
    server: transport.server,
    listFactories: (signal) => listFactories(transport, signal),
    getSelf: (factory, signal) => getSelf(transport, factory, signal),
    listUsers: (factory, signal) => listUsers(transport, factory, signal),
    listDevices: (query, signal) => listDevices(transport, query, signal),
    getDevice: (factory, name, signal) => getDevice(transport, factory, name, signal),
    countDevices: (filter, signal) => countDevices(transport, filter, signal),
    getPresence: (factory, hours, signal) => getPresence(transport, factory, hours, signal),
    listGroups: (factory, signal) => listGroups(transport, factory, signal),
    changeDevice: (factory, uuid, change) => changeDevice(transport, factory, uuid, change),
    deleteDevice: (factory, uuid) => deleteDevice(transport, factory, uuid),
    createGroup: (factory, group) => createGroup(transport, factory, group),
    changeGroup: (factory, name, change) => changeGroup(transport, factory, name, change),
    deleteGroup: (factory, name) => deleteGroup(transport, factory, name),
    listVpnAddresses: (factory, signal) => listVpnAddresses(transport, factory, signal),
    getDeviceKey: (factory, device, signal) => getDeviceKey(transport, factory, device, signal),
    readTargets: (factory, signal) => readTargets(transport, factory, targetsWorker, signal),
    listTargets: (factory, signal, version) => listTargets(transport, factory, signal, version),
    getTarget: (factory, name, signal) => getTarget(transport, factory, name, signal),
    getTargetDetail: (factory, name, signal) => getTargetDetail(transport, factory, name, signal),
    getComposeApp: (factory, target, app, signal) => getComposeApp(transport, factory, target, app, signal),
    listSboms: (factory, target, signal) => listSboms(transport, factory, target, signal),
    receiveSbom: (factory, target, sbom, sink, signal) => receiveSbom(transport, factory, target, sbom, sink, signal),
    listTargetTests: (factory, version, page, signal) => listTargetTests(transport, factory, version, page, signal),
    getTargetTest: (factory, version, id, signal) => getTargetTest(transport, factory, version, id, signal),
    receiveTargetArtifact: (factory, version, test, name, sink, signal) =>
      receiveTargetArtifact(transport, factory, version, test, name, sink, signal),
    newestAppsReport: (factory, device, signal) => newestAppsReport(transport, factory, device, signal),
    listAppsReports: (factory, device, signal) => listAppsReports(transport, factory, device, signal),
    getDeviceDetail: (factory, name, signal) => getDeviceDetail(transport, factory, name, signal),
    listUpdates: (factory, device, page, signal) => listUpdates(transport, factory, device, page, signal),
    listUpdateEvents: (factory, device, id, signal) => listUpdateEvents(transport, factory, device, id, signal),
    listTests: (factory, device, page, signal) => listTests(transport, factory, device, page, signal),
    getTest: (factory, device, id, signal) => getTest(transport, factory, device, id, signal),
    receiveArtifact: (artifact, sink, signal) => receiveArtifact(transport, artifact, sink, signal),
    listConfig: (scope, signal) => listConfig(transport, scope, signal),
    patchConfig: (scope, change) => patchConfig(transport, scope, change),
    postConfig: (scope, replacement) => postConfig(transport, scope, replacement),
    deleteConfigFile: (scope, name) => deleteConfigFile(transport, scope, name),
    listBuilds: (factory, page, signal) => listBuilds(transport, factory, page, signal),
    getBuild: (factory, id, signal) => getBuild(transport, factory, id, signal),
    getLatestBuild: (factory, query, signal) => getLatestBuild(transport, factory, query, signal),
    listRuns: (factory, build, signal) => listRuns(transport, factory, build, signal),
    getRun: (run, signal) => getRun(transport, run, signal),
    cancelRun: (run) => cancelRun(transport, run),
    rerunRun: (run) => rerunRun(transport, run),
    promoteBuild: (factory, id, promotion) => promoteBuild(transport, factory, id, promotion),
    annotateBuild: (factory, id, annotation) => annotateBuild(transport, factory, id, annotation),
    listWaves: (factory, page, signal, status) => listWaves(transport, factory, page, signal, status),
    listWaveTargets: (factory, wave, signal) => listWaveTargets(transport, factory, wave, signal),
    getWaveStatus: (factory, wave, hours, signal) => getWaveStatus(transport, factory, wave, hours, signal),
    rolloutWave: (factory, wave, body) => rolloutWave(transport, factory, wave, body),
    endWave: (factory, wave, how) => endWave(transport, factory, wave, how),
    patchTargetTags: (factory, changes) => patchTargetTags(transport, factory, changes),
    deleteTargets: (factory, targets) => deleteTargets(transport, factory, targets),
    listTriggers: (factory, signal) => listTriggers(transport, factory, signal),
    changeCiSecret: (factory, trigger, name, value) => changeCiSecret(transport, factory, trigger, name, value),
    receiveRunFile: (file, sink, signal, resume) => receiveRunFile(transport, file, sink, signal, resume),
    receiveLog: (run, offset, write, signal) => receiveLog(transport, run, offset, write, signal),
  };
}
