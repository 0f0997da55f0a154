import { lookup, Resolver } from "node:dns/promises";
import { readFile } from "node:fs/promises";

/** What a resolver said about a name. */
export type DnsObservation =
  | { readonly kind: "found"; readonly addresses: readonly string[]; readonly ttlSeconds?: number }
  | {
      readonly kind: "not-found" | "no-address" | "server-failed" | "refused" | "silent";
      readonly detail: string;
    };

/** What the servers that own the zone said; `unknown` when they could not be asked. */
export type AuthoritativeObservation =
  | { readonly kind: "exists" | "absent" | "no-address"; readonly zone: string; readonly server: string }
  | { readonly kind: "unknown"; readonly detail: string };

export interface DnsProbeOptions {
  /** Servers that answer for this machine, `address` or `address:port`. @default the system's */
  readonly servers?: readonly string[];
  /** Port of authoritative servers. @default 53 */
  readonly authoritativePort?: number;
  /** Each server may take this long. @default 1500 */
  readonly timeoutMs?: number;
  /** The system's resolver may take this long; by itself it asks silent servers for half a minute. @default 15000 */
  readonly systemTimeoutMs?: number;
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error);

/** Sorts the codes of c-ares and of getaddrinfo. */
export function observeDnsError(error: unknown): DnsObservation {
  const detail = codeOf(error);
  switch (detail) {
    case "ENOTFOUND":
      return { kind: "not-found", detail: "NXDOMAIN" };
    case "ENODATA":
    case "EAI_NODATA":
    case "EAI_ADDRFAMILY":
      return { kind: "no-address", detail: "no A or AAAA record" };
    case "EREFUSED":
      return { kind: "refused", detail: "REFUSED" };
    case "ETIMEOUT":
    case "ECONNREFUSED":
    case "ECANCELLED":
      return { kind: "silent", detail };
    default:
      return { kind: "server-failed", detail: detail === "ESERVFAIL" ? "SERVFAIL" : detail };
  }
}

function newResolver({ servers, timeoutMs = 1500 }: DnsProbeOptions): Resolver {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  if (servers !== undefined) resolver.setServers([...servers]);
  return resolver;
}

/** A and AAAA records of a name as one answer; a family that is missing is no failure. */
async function addressesFrom(resolver: Resolver, name: string): Promise<DnsObservation> {
  const [four, six] = await Promise.allSettled([
    resolver.resolve4(name, { ttl: true }),
    resolver.resolve6(name, { ttl: true }),
  ]);
  const records = [four, six].flatMap((result) => (result.status === "fulfilled" ? result.value : []));
  if (records.length > 0) {
    const ttlSeconds = Math.min(...records.map(({ ttl }) => ttl));
    return { kind: "found", addresses: records.map(({ address }) => address), ttlSeconds };
  }
  const reasons = [four, six].map((result) =>
    observeDnsError(result.status === "rejected" ? result.reason : { code: "ENODATA" }),
  );
  return reasons.find(({ kind }) => kind !== "no-address") ?? (reasons[0] as DnsObservation);
}

/** @throws an error with c-ares' code when time is over */
export function withinTime<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(Object.assign(new Error(`no answer in ${timeoutMs} ms`), { code: "ETIMEOUT" }));
    }, timeoutMs);
    answer
      .finally(() => {
        clearTimeout(timer);
      })
      .then(resolve, reject);
  });
}

/**
 * Asks the system's resolver: hosts files, private zones and split horizons are its business.
 *
 * @see https://nodejs.org/api/dns.html#implementation-considerations
 */
export async function lookupBySystem(name: string, options: DnsProbeOptions = {}): Promise<DnsObservation> {
  if (options.servers !== undefined) return addressesFrom(newResolver(options), name);
  const { systemTimeoutMs = 15_000 } = options;
  try {
    const addresses = await withinTime(lookup(name, { all: true }), systemTimeoutMs);
    return { kind: "found", addresses: addresses.map(({ address }) => address) };
  } catch (error) {
    // getaddrinfo has one code for "failed", "refused" and "silent": the servers themselves tell them apart.
    if (codeOf(error) === "EAI_AGAIN") {
      const direct = await addressesFrom(newResolver(options), name);
      if (direct.kind !== "found") return direct;
    }
    return observeDnsError(error);
  }
}

/** The closest zone above a name and its servers, found without ever asking for the name itself. */
async function zoneAbove(name: string, resolver: Resolver) {
  const labels = name.split(".");
  for (let depth = 1; depth < labels.length; depth++) {
    const zone = labels.slice(depth).join(".");
    try {
      await resolver.resolveSoa(zone);
    } catch (error) {
      const { kind } = observeDnsError(error);
      if (kind !== "not-found" && kind !== "no-address") return undefined;
      continue;
    }
    // A private zone of a cloud may have an SOA record and no servers that one could ask.
    return { name: zone, nameServers: await resolver.resolveNs(zone).catch(() => []) };
  }
  return undefined;
}

async function addressesOfServers(names: readonly string[], resolver: Resolver): Promise<string[]> {
  const found = await Promise.all(names.slice(0, 3).map((name) => addressesFrom(resolver, name)));
  return found.flatMap((answer) => (answer.kind === "found" ? answer.addresses.slice(0, 2) : []));
}

/**
 * Asks the servers that own the name's zone, past every cache.
 *
 * A recursive resolver remembers that a name did not exist (RFC 2308), often for longer than the name then
 * takes to appear. The zone's own servers remember nothing.
 */
export async function lookupAtAuthority(
  name: string,
  options: DnsProbeOptions = {},
): Promise<AuthoritativeObservation> {
  const resolver = newResolver(options);
  const zone = await zoneAbove(name, resolver);
  if (zone === undefined) return { kind: "unknown", detail: "no zone found above the name" };
  const servers = await addressesOfServers(zone.nameServers, resolver);
  const port = options.authoritativePort ?? 53;
  for (const server of servers) {
    const address = server.includes(":") ? `[${server}]:${port}` : `${server}:${port}`;
    const answer = await addressesFrom(newResolver({ ...options, servers: [address] }), name);
    const where = { zone: zone.name, server };
    if (answer.kind === "found") return { kind: "exists", ...where };
    if (answer.kind === "not-found") return { kind: "absent", ...where };
    if (answer.kind === "no-address") return { kind: "no-address", ...where };
  }
  return { kind: "unknown", detail: `none of the servers of ${zone.name} answers this machine` };
}

const hostsFile = process.platform === "win32" ? "C:\\Windows\\System32\\drivers\\etc\\hosts" : "/etc/hosts";

/** Whether the hosts file names the host. */
export async function isInHostsFile(name: string, file = hostsFile): Promise<boolean> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim().split(/\s+/).slice(1))
    .some((names) => names.includes(name));
}
