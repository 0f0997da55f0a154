import { exposuresOf } from "../../exposures/exposures";
import type { ExposureKind } from "../gateway/exposure";
import type { GatewayDns } from "../gateway/dns";
import { oneOf, quote } from "../reading/problem";
import { type Place, placeOf } from "../target/target";
import { rule, type Finding } from "./rule";

type CloudDns = Exclude<GatewayDns["kind"], "external-dns">;

/** DNS providers that the target's own credentials reach. */
const dnsProviders: Readonly<Record<Place, readonly CloudDns[]>> = {
  aws: ["route53"],
  "existing on aws": ["route53"],
  azure: ["azure-dns"],
  "existing on azure": ["azure-dns"],
  existing: [],
};

/** Clouds that a cluster which exists must be said to stand in. */
const cloudOfDns: Readonly<Record<CloudDns, string>> = { route53: "AWS", "azure-dns": "Azure" };
const cloudOfExposure: Readonly<Partial<Record<ExposureKind, string>>> = { nlb: "AWS", "azure-lb": "Azure" };

/** What else may be meant where the file says nothing of the cloud. */
function orCloud(place: Place, cloud: string | undefined): string {
  return place === "existing" && cloud !== undefined
    ? `, or say in target.cloud where on ${cloud} the cluster stands`
    : "";
}

/** Whether the target can give a gateway the exposure and the DNS records it asks for. */
export const targetOffersExposure = rule(["target", "gateways"], ({ target, gateways }) =>
  gateways.flatMap(({ exposure, dns }, index): Finding[] => {
    const place = placeOf(target);
    const offered = exposuresOf(place);
    const providers = dnsProviders[place];
    const findings: Finding[] = [];
    if (!offered.includes(exposure.kind)) {
      findings.push({
        path: ["gateways", index, "exposure", "kind"],
        found: quote(exposure.kind),
        accepted: `target ${place} offers ${oneOf(offered)}`,
        advice: `set it to ${offered[0]}${orCloud(place, cloudOfExposure[exposure.kind])}`,
      });
    }
    if (dns !== undefined && dns.kind !== "external-dns" && !providers.includes(dns.kind)) {
      findings.push({
        path: ["gateways", index, "dns", "kind"],
        found: quote(dns.kind),
        accepted: `target ${place} has credentials for ${oneOf(providers.length > 0 ? providers : ["no DNS provider"])}`,
        advice:
          providers.length > 0
            ? `set it to ${providers[0]}`
            : `replace dns by { kind: external-dns }, or remove it and make the records yourself${orCloud(place, cloudOfDns[dns.kind])}`,
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

/** external-dns publishes what answers outside the cluster. */
export const externalDnsHasAddress = rule(["gateways"], ({ gateways }) =>
  gateways.flatMap(({ dns, exposure }, index): Finding[] =>
    dns?.kind === "external-dns" && exposure.kind === "clusterip"
      ? [
          {
            path: ["gateways", index, "dns", "kind"],
            found: quote(dns.kind),
            accepted:
              "external-dns makes records for load balancers and node ports, and exposure is clusterip",
            advice: "choose another exposure, or remove dns",
          },
        ]
      : [],
  ),
);
