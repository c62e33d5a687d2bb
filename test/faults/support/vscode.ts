/** What the texts of `src/ui` need of VS Code, for a run without it. */
export const l10n = {
  /** @returns the message with its `{0}` filled in, as VS Code does in English */
  t: (message: string, ...values: readonly (string | number)[]): string =>
    message.replace(/\{(\d+)\}/g, (hole, index: string) => String(values[Number(index)] ?? hole)),
};

export const env = { language: 'en' };

/** What the settings say; a run sets it to the address that is asked. */
export const settings = { apiUrl: '' };

export const workspace = {
  getConfiguration: () => ({ get: () => settings.apiUrl }),
};
