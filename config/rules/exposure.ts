import { exposuresOf } from "../../exposures/exposures";
import type { GatewayDns } from "../gateway/gateway";
import { oneOf, quote } from "../reading/problem";
import type { TargetKind } from "../target/target";
import { rule, type Finding } from "./rule";

/** DNS providers that the target's own credentials reach. */
const dnsProviders: Readonly<Record<TargetKind, readonly GatewayDns["kind"][]>> = {
  aws: ["route53"],
  azure: ["azure-dns"],
  existing: [],
};

/** Whether the target can give a gateway the exposure and the DNS records it asks for. */
export const targetOffersExposure = rule(["target", "gateways"], ({ target, gateways }) =>
  gateways.flatMap(({ exposure, dns }, index): Finding[] => {
    const offered = exposuresOf(target.kind);
    const providers = dnsProviders[target.kind];
    const findings: Finding[] = [];
    if (!offered.includes(exposure.kind)) {
      findings.push({
        path: ["gateways", index, "exposure", "kind"],
        found: quote(exposure.kind),
        accepted: `target ${target.kind} offers ${oneOf(offered)}`,
        advice: `set it to ${offered[0]}`,
      });
    }
    if (dns !== undefined && !providers.includes(dns.kind)) {
      findings.push({
        path: ["gateways", index, "dns", "kind"],
        found: quote(dns.kind),
        accepted: `target ${target.kind} has credentials for ${oneOf(providers.length > 0 ? providers : ["no DNS provider"])}`,
        advice:
          providers.length > 0 ? `set it to ${providers[0]}` : "remove dns, and make the records yourself",
      });
    }
    return findings;
  }),
);

/** DNS records are made for the names in the certificate. */
export const dnsHasNames = rule(["gateways"], ({ gateways }) =>
  gateways.flatMap(({ dns, tls }, index) =>
    dns === undefined || tls !== undefined
      ? []
      : [
          {
            path: ["gateways", index, "dns"],
            found: "no tls beside it",
            accepted: "records are made for tls.hosts",
            advice: "add tls, or remove dns",
          },
        ],
  ),
);
