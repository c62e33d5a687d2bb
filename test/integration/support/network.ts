/** No test talks to another machine, whatever it forgets to set. */
import dns from 'node:dns';

/** Lets no name be looked up but that of this machine. Addresses in numbers go on to work. */
export function refuseOtherHosts(): void {
  const { lookup } = dns;
  const refused = (name: string, ...rest: unknown[]) => {
    if (name === 'localhost' || /^[\d.]+$|:/.test(name)) {
      return (lookup as (...all: unknown[]) => unknown)(name, ...rest);
    }
    const callback = rest.at(-1) as (error: Error) => void;
    callback(Object.assign(new Error(`A test asks for ${name}.`), { code: 'ENOTFOUND', hostname: name }));
    return undefined;
  };
  Object.assign(dns, { lookup: refused });
}
