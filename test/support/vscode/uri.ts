import { posix } from 'node:path';

interface Parts {
  readonly scheme?: string;
  readonly authority?: string;
  readonly path?: string;
  readonly query?: string;
  readonly fragment?: string;
}

const encoded = (text: string): string => encodeURIComponent(text).replaceAll('%2F', '/');

export class Uri {
  static from(parts: Parts): Uri {
    return new Uri(parts);
  }

  static file(path: string): Uri {
    return new Uri({ scheme: 'file', path });
  }

  static joinPath(base: Uri, ...more: readonly string[]): Uri {
    return base.with({ path: posix.join(base.path, ...more) });
  }

  static parse(text: string): Uri {
    const [, scheme = '', authority = '', path = '', query = '', fragment = ''] =
      /^([\w-]+):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(text) ?? [];
    const [a, p, q, f] = [authority, path, query, fragment].map(decodeURIComponent);
    return new Uri({ scheme, authority: a!, path: p!, query: q!, fragment: f! });
  }

  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
  private formatted: string | undefined;

  private constructor({ scheme = 'file', authority = '', path = '', query = '', fragment = '' }: Parts) {
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
    this.query = query;
    this.fragment = fragment;
  }

  get fsPath(): string {
    return this.path;
  }

  with(change: Parts): Uri {
    const { scheme, authority, path, query, fragment } = this;
    return new Uri({ scheme, authority, path, query, fragment, ...change });
  }

  toString(): string {
    return (this.formatted ??= this.format());
  }

  private format(): string {
    const [authority, path, query, fragment] = [this.authority, this.path, this.query, this.fragment].map(encoded);
    return `${this.scheme}://${authority}${path}${query === '' ? '' : `?${query}`}${fragment === '' ? '' : `#${fragment}`}`;
  }
}
