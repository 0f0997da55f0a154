import { createHash } from "node:crypto";
import type { GatewayConfig } from "../config/gateway/gateway";

/** Options of {@link distinctKeys}. */
export interface DistinctKeysOptions {
  /** Key of a text, which another text may have, too. */
  readonly keyOf: (text: string) => string;
  /** Construct ids that are made with a key, all in the same scope. @default the key itself */
  readonly idsOf?: (key: string, text: string) => readonly string[];
  /** Ids of other constructs in that scope. @default none */
  readonly taken?: readonly string[];
}

// A construct keeps its children in an object, and finds in it what every object has: `constructor`.
const ofEveryObject = Object.getOwnPropertyNames(Object.prototype);

/** The id that a text of an environment file gives by itself. */
export function constructId(text: string): string {
  return distinctKeys([text], { keyOf: () => text })(text);
}

/**
 * A key of its own for each text of an environment file, so that no two constructs get one id.
 *
 * Ids become addresses in the state, so the first text that leads to an id keeps it, and a later one gets a key with
 * a part of its hash.
 */
export function distinctKeys(
  texts: readonly string[],
  options: DistinctKeysOptions,
): (text: string) => string {
  const { keyOf, idsOf = (key) => [key], taken = [] } = options;
  const used = new Set([...taken, ...ofEveryObject]);
  const keys = new Map<string, string>();
  for (const text of texts) {
    if (keys.has(text)) continue;
    const plain = keyOf(text);
    const key = idsOf(plain, text).some((id) => used.has(id)) ? `${plain}-${shortHash(text)}` : plain;
    for (const id of idsOf(key, text)) used.add(id);
    keys.set(text, key);
  }
  return (text) => keys.get(text) ?? keyOf(text);
}

/** Eight digits that tell a text from all others. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

/** Ids of a stack's gateways by their names, apart from those of what is made beside each gateway. */
export function gatewayIds(gateways: readonly GatewayConfig[]): (gatewayName: string) => string {
  const byName = new Map(gateways.map((gateway) => [gateway.name, gateway]));
  return distinctKeys([...byName.keys()], {
    keyOf: (name) => `gateway-${name}`,
    idsOf: (id, name) => {
      const gateway = byName.get(name);
      return [
        id,
        `${id}-outputs-address`,
        ...(gateway?.tls === undefined ? [] : [`${id}-outputs-ca`]),
        ...(gateway?.dns === undefined ? [] : [`${id}-dns`]),
        ...(gateway?.exposure.kind === "nlb" ? [`${id}-nlb`] : []),
        ...(gateway?.exposure.kind === "azure-lb" ? [`${id}-azure-lb`] : []),
      ];
    },
  });
}

/** Ids of DNS records by their host names. */
export function recordIds(hosts: readonly string[]): (host: string) => string {
  return distinctKeys(hosts, {
    keyOf: (host) => `record-${host.replaceAll(".", "-").replace("*", "any")}`,
  });
}
