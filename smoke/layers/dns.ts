import { isIP } from "node:net";
import type { AuthoritativeObservation, DnsObservation } from "../probes/dns-probe";
import { hostOf } from "../target";
import { found, passed, type Verdict } from "../verdict";
import { check, type Layer } from "./layer";

const privateSuffixes =
  /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|test|svc|home\.arpa)$/;

/** Whether the world's DNS could know the name; others are this machine's resolver's business alone. */
export function isPublicName(name: string): boolean {
  const bare = name.toLowerCase().replace(/\.$/, "");
  return bare.includes(".") && !privateSuffixes.test(bare);
}

/** A name may stand for any number of addresses; a load balancer has one in each zone. */
const mostAddresses = 16;

/** A connection to it would end on this machine. */
const isUnspecified = (address: string) => /^(0\.0\.0\.0|[0:]+)$/.test(address);

const records = (addresses: readonly string[]) =>
  addresses.map((address) => `${isIP(address) === 6 ? "AAAA" : "A"} ${address}`).join(", ");

/** Judges the system's answer; what the zone's own servers said explains an absence. */
export function decideDns(
  name: string,
  system: DnsObservation,
  authority: AuthoritativeObservation | undefined,
): Verdict {
  const tried = `look up ${name}`;
  switch (system.kind) {
    case "found": {
      const unspecified = system.addresses.filter(isUnspecified);
      if (unspecified.length > 0) return found("dns-unspecified", { tried, got: records(system.addresses) });
      const { length } = system.addresses;
      const note = `the first ${mostAddresses} of ${length} addresses are probed`;
      return passed(tried, records(system.addresses), length > mostAddresses ? note : undefined);
    }
    case "not-found":
      if (authority?.kind === "exists") {
        const got = `${system.detail}, while ${authority.server} (zone ${authority.zone}) has the name`;
        return found("dns-cached-absence", { tried, got });
      }
      return found("dns-not-found", { tried, got: system.detail });
    case "no-address":
      return found("dns-no-address", { tried, got: system.detail });
    case "server-failed":
      return found("dns-servfail", { tried, got: system.detail });
    case "refused":
      return found("dns-refused", { tried, got: system.detail });
    case "silent":
      return found("dns-silent", { tried, got: system.detail });
  }
}

/** After this share of the timeout the system is asked even for a name that its zone does not have. */
const lastResortShare = 0.5;

/**
 * The system's resolver decides. While there is time to wait, a public name is first asked from its zone's own
 * servers, because a look-up that comes too early would leave "does not exist" in the resolver's cache.
 */
export const probeDns: Layer = async ({ target, probes, clock, waitedMs, remainingMs }) => {
  const name = hostOf(target.url);
  if (isIP(name) !== 0) {
    const verdict = passed(`read ${target.url.href}`, `${name} is an address`);
    return { checks: [await check(clock, "address", () => verdict)], learned: { addresses: [name] } };
  }
  let addresses: readonly string[] = [];
  const answer = await check(clock, "name", async () => {
    const canWait = remainingMs > 0 && waitedMs < lastResortShare * (waitedMs + remainingMs);
    const askAuthority = canWait && isPublicName(name) && !(await probes.isInHostsFile(name));
    const authority = askAuthority ? await probes.lookupAtAuthority(name) : undefined;
    if (authority?.kind === "absent") {
      const tried = `ask ${authority.server}, which owns ${authority.zone}, for ${name}`;
      return found("dns-not-published", { tried, got: "NXDOMAIN" });
    }
    const system = await probes.lookupBySystem(name);
    if (system.kind === "found") addresses = [...new Set(system.addresses)].slice(0, mostAddresses);
    return decideDns(name, system, authority);
  });
  return { checks: [answer], learned: { addresses } };
};
