import { EnvHttpProxyAgent, fetch, type Response } from "undici";

// Node's own fetch passes over HTTPS_PROXY, which Helm, Go and pip go by.
const throughProxy = new EnvHttpProxyAgent();

/** Asks an address, through the machine's proxy if it has one. */
export function request(url: string, timeoutMilliseconds: number): Promise<Response> {
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  // As Go does, whatever NO_PROXY says.
  const isLoopback = /^(localhost|127\.|\[::1\])/.test(new URL(url).hostname);
  return fetch(url, { signal, ...(isLoopback ? {} : { dispatcher: throughProxy }) });
}
