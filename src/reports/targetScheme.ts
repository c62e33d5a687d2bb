/** Scheme of read-only documents about targets. */
export const TARGET_SCHEME = 'foundries-target';
