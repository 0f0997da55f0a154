import type { HttpObservation } from "../probes/http-probe";
import { found, passed, skipped, type Verdict } from "../verdict";
import {
  foundInHttp,
  isFromEnvoy,
  isFromWorkload,
  quote,
  requestTo,
  senderOf,
  unknownPath,
} from "./http-answer";
import { check, type Layer } from "./layer";
import { decideMtls } from "./mtls";

/** Judges the answer to a path that no application has. */
export function decideUnknownPath(tried: string, observation: HttpObservation): Verdict {
  if (observation.kind !== "answer") return foundInHttp(observation, tried);
  const { status, body } = observation;
  const got = `${status}, ${senderOf(observation)}, ${quote(body)}`;
  // Where requests need a token or a right, Envoy refuses before it looks for a route.
  if (![401, 403, 404].includes(status)) return found("negative-served", { tried, got });
  // Envoy's own 404 has no body and no upstream time; a workload's has.
  if (!isFromEnvoy(observation) || isFromWorkload(observation))
    return found("negative-not-envoy", { tried, got });
  return passed(tried, got);
}

/** Shows that the layers before could have failed: what is not configured is refused. */
export const probeNegative: Layer = async (context) => {
  const { target, settings, probes, clock, known } = context;
  const [address] = known.reachable;
  const unknown = check(clock, "unknown path", async () => {
    if (address === undefined) return skipped("no address");
    const tried = `GET ${new URL(unknownPath, target.url).href} at ${address}`;
    return decideUnknownPath(tried, await probes.sendHttp(requestTo(context, address, unknownPath)));
  });
  const { expectMtls } = settings;
  if (expectMtls === undefined) return { checks: [await unknown] };
  const plain = check(clock, "plain text", async () => {
    if (known.cluster === undefined) return skipped("the gateway's cluster is not known");
    const { pathname } = target.url;
    return decideMtls(expectMtls, pathname, await known.cluster.requestWorkload(pathname));
  });
  return { checks: await Promise.all([unknown, plain]) };
};
