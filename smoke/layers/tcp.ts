import { isIP } from "node:net";
import type { TcpObservation } from "../probes/tcp-probe";
import { portOf } from "../target";
import { found, passed, skipped, type Check, type Verdict } from "../verdict";
import { check, type Layer } from "./layer";

const faultOf = {
  refused: "tcp-refused",
  "timed-out": "tcp-timed-out",
  unreachable: "tcp-unreachable",
  failed: "tcp-failed",
} as const;

/** An address with its port, as a person writes it. */
export function endpoint(address: string, port: number): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

/**
 * Judges one address.
 *
 * @param others - whether another address of the name accepted: then a family that this machine cannot route
 * (IPv6 on many) says nothing about the gateway.
 */
export function decideTcp(place: string, observation: TcpObservation, others: boolean): Verdict {
  const tried = `connect to ${place}`;
  if (observation.kind === "connected") return passed(tried, "accepted");
  if (observation.kind === "unreachable" && others) {
    return skipped(`${place} is unreachable from this machine (${observation.detail}), others are not`);
  }
  return found(faultOf[observation.kind], { tried, got: observation.detail });
}

/** Connects to every address of the name, side by side. */
export const probeTcp: Layer = async ({ target, settings, probes, clock, known }) => {
  const port = portOf(target.url);
  const attempts = await Promise.all(
    known.addresses.map(async (address) => {
      const start = clock.now();
      const observation = await probes.connectTcp({ address, port, timeoutMs: settings.requestTimeoutMs });
      return { address, observation, durationMs: clock.now() - start };
    }),
  );
  const reachable = attempts.filter(({ observation }) => observation.kind === "connected");
  const checks: Check[] = attempts.map(({ address, observation, durationMs }) => ({
    name: endpoint(address, port),
    verdict: decideTcp(endpoint(address, port), observation, reachable.length > 0),
    durationMs,
  }));
  if (checks.length === 0) checks.push(await check(clock, "addresses", () => skipped("no address")));
  return { checks, learned: { reachable: reachable.map(({ address }) => address) } };
};
