import type { Target } from '../../../src/model/target';

/** @returns a target that was made by a version */
export const makeTarget = (name: string, version: number, part: Partial<Target> = {}): Target => ({
  name,
  version,
  hardwareIds: ['pi'],
  tags: ['main'],
  apps: [],
  commits: [],
  ostreeHash: 'os',
  lmpVersion: '',
  arch: '',
  buildUri: '',
  createdAt: undefined,
  ...part,
});

/** @returns apps by name, each with its digest */
export const appsOf = (digests: Readonly<Record<string, string>>) =>
  Object.entries(digests).map(([name, digest]) => ({ name, uri: `h/${name}@sha256:${digest}` }));
