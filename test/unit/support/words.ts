/**
 * Texts are made with `l10n` and `env` of VS Code, which unit tests run without: here they are in English. To be imported
 * before what makes the texts.
 */
import Module from 'node:module';

type Load = (request: string, ...rest: unknown[]) => unknown;

const modules = Module as unknown as { _load: Load };
const load = modules._load;

const words = {
  env: { language: 'en' },
  l10n: {
    t: (message: string, ...args: readonly unknown[]) =>
      message.replace(/\{(\d+)\}/g, (_, at: string) => String(args[Number(at)])),
  },
};

modules._load = function (this: unknown, request, ...rest) {
  return request === 'vscode' ? words : load.call(this, request, ...rest);
};
