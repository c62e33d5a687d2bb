/** Reads what secret storage holds of accounts. Loaded with the first of them: the schemas are not needed to activate. */
import * as v from 'valibot';
import { serverKey } from '../model/serverKey';
import type { Account } from './account';

const accountSchema = v.pipe(
  v.object({
    apiUrl: v.pipe(v.string(), v.check(isAddress)),
    label: v.optional(v.string()),
    factory: v.optional(v.string()),
    factories: v.optional(v.array(v.string())),
    oauthUrl: v.optional(v.string()),
  }),
  v.check(({ factory, factories }) => (factory ?? factories?.[0] ?? '') !== ''),
);
const applicationSchema = v.object({ clientId: v.string(), clientSecret: v.string() });
const recordSchema = v.object({ account: accountSchema, credential: v.union([v.string(), applicationSchema]) });
const formerListSchema = v.object({ accounts: v.array(v.unknown()) });
const formerSchema = v.object({ id: v.string() });
const listedSchema = v.object({ id: v.string(), factory: v.optional(v.string()) });
const accessSchema = v.object({
  token: v.string(),
  expiresAt: v.optional(v.number()),
  /** Tells which credential it is of; earlier versions did not write it. */
  of: v.optional(v.string()),
});

/** What each of them returns: the value, or undefined for what cannot be understood. */
export const decodeAccount = decoder(accountSchema);
export const decodeApplication = decoder(applicationSchema);
export const decodeRecord = decoder(recordSchema);
export const decodeFormerList = decoder(formerListSchema);
export const decodeFormer = decoder(formerSchema);
export const decodeListed = decoder(listedSchema);
export const decodeAccess = decoder(accessSchema);

/** @returns an account of decoded data */
export function accountOf(id: string, kept: v.InferOutput<typeof accountSchema>): Account {
  const { label = id, apiUrl, factories = [], oauthUrl } = kept;
  const factory = kept.factory ?? factories[0] ?? '';
  return { id, label, apiUrl, factory, factories, ...(oauthUrl === undefined ? {} : { oauthUrl }) };
}

function isAddress(text: string): boolean {
  try {
    return serverKey(text) !== '';
  } catch {
    return false;
  }
}

function decoder<const TSchema extends v.GenericSchema>(schema: TSchema) {
  return (value: unknown): v.InferOutput<TSchema> | undefined => {
    const result = v.safeParse(schema, value);
    return result.success ? result.output : undefined;
  };
}
