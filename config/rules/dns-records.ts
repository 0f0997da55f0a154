import { certificatesOf } from "../gateway/gateway-certificates";
import type { Environment } from "../environment";
import type { GatewayDns } from "../gateway/dns";
import type { GatewayConfig } from "../gateway/gateway";
import { quote } from "../reading/problem";
import { rule, type Finding } from "./rule";

function zoneOf(dns: GatewayDns): string {
  switch (dns.kind) {
    case "route53":
      return dns.zoneId;
    case "azure-dns":
      return [dns.visibility, dns.subscriptionId ?? "", dns.resourceGroupName, dns.zoneName]
        .join("/")
        .toLowerCase();
    case "external-dns":
      return "external-dns";
  }
}

function recordsOf({ name, dns, tls }: GatewayConfig, at: number) {
  if (dns === undefined || tls === undefined) return [];
  return certificatesOf(tls).flatMap(({ path, config: { hosts } }) =>
    hosts.map((host, index) => ({
      gateway: name,
      at,
      host,
      record: `${zoneOf(dns)}: ${host}`,
      path: ["gateways", at, "tls", ...path, "hosts", index],
    })),
  );
}

/**
 * Records that an environment keeps in zones, by texts that only equal records share.
 *
 * Those of Azure without a subscription are left out: it may be another one for each environment.
 */
export function recordsIn({ gateways }: Pick<Environment, "gateways">): readonly string[] {
  const isKnown = ({ dns }: GatewayConfig) =>
    dns?.kind === "route53" || (dns?.kind === "azure-dns" && dns.subscriptionId !== undefined);
  return gateways
    .filter(isKnown)
    .flatMap((gateway, at) => recordsOf(gateway, at).map(({ record }) => record));
}

/** A record of a zone leads to one gateway; in two zones, as inside and outside, one name may lead to two. */
export const dnsRecordsAreDistinct = rule(["gateways"], ({ gateways }) => {
  const records = gateways.flatMap(recordsOf);
  return records.flatMap(({ at, host, record, path }): Finding[] => {
    const first = records.find((other) => other.record === record);
    if (first === undefined || first.at === at) return [];
    return [
      {
        path,
        found: quote(host),
        accepted: `a record leads to one gateway, and gateway ${first.gateway} has it in the same zone`,
        advice: "remove the host from one of the two, or make its records in another zone",
      },
    ];
  });
});
