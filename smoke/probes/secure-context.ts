import { createSecureContext, type SecureContext } from "node:tls";

/** A certificate that a client shows of itself, and its key; both PEM. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

const builtIn: readonly string[] = [];
const contexts = new WeakMap<readonly string[], Map<ClientCertificate | undefined, SecureContext>>();

/**
 * The TLS context that trusts these certificates; a system's store takes too long to read for each request.
 *
 * @param trusted undefined: those built into Node
 */
export function secureContextFor(
  trusted: readonly string[] | undefined,
  client?: ClientCertificate,
): SecureContext {
  const key = trusted ?? builtIn;
  const byClient = contexts.get(key) ?? new Map<ClientCertificate | undefined, SecureContext>();
  contexts.set(key, byClient);
  const known = byClient.get(client);
  if (known !== undefined) return known;
  const context = createSecureContext({ ...(trusted === undefined ? {} : { ca: [...trusted] }), ...client });
  byClient.set(client, context);
  return context;
}
