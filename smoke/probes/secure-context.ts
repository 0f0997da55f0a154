import { createSecureContext, type SecureContext } from "node:tls";

const contexts = new WeakMap<readonly string[], SecureContext>();

/** The TLS context that trusts these certificates; a system's store takes too long to read for each request. */
export function secureContextFor(trusted: readonly string[]): SecureContext {
  const known = contexts.get(trusted);
  if (known !== undefined) return known;
  const context = createSecureContext({ ca: [...trusted] });
  contexts.set(trusted, context);
  return context;
}
