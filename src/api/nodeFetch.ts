import fetch from 'node-fetch';
import type { Fetch } from './http';

/**
 * The network, over node's own `http` and `https`: VS Code patches those in place, which is how the user's proxy and
 * certificate settings (`http.proxy`, `http.systemCertificates`) come to apply.
 */
export const nodeFetch: Fetch = (url, init) =>
  // node-fetch reads the signal by duck typing; its declared type predates AbortSignal's newer members.
  fetch(url, { ...init, signal: init.signal });
