import { certificatesOf } from "../gateway/gateway-certificates";
import { quote } from "../reading/problem";
import { rule, type Finding } from "./rule";

/** Which records an Azure DNS zone can hold for a gateway. */
export const azureDnsRule = rule(["gateways"], ({ gateways }) =>
  gateways.flatMap(({ dns, tls, exposure }, index): Finding[] => {
    if (dns?.kind !== "azure-dns" || tls === undefined) return [];
    const path = ["gateways", index, "dns"];
    if (exposure.kind !== "azure-lb") {
      return [
        {
          path,
          found: quote(exposure.kind),
          accepted: "only a load balancer has an address that a record can hold",
          advice: "set exposure.kind to azure-lb, or leave dns out",
        },
      ];
    }
    const hosts = certificatesOf(tls).flatMap(({ path: below, config }) =>
      config.hosts.map((host, hostIndex) => ({ host, path: [...below, "hosts", hostIndex] })),
    );
    return hosts.flatMap(({ host, path: below }) =>
      host === dns.zoneName || host.endsWith(`.${dns.zoneName}`)
        ? []
        : [
            {
              path: ["gateways", index, "tls", ...below],
              found: quote(host),
              accepted: `dns makes a record for each host in zone ${dns.zoneName}`,
              advice: `choose a name below ${dns.zoneName}, or leave dns out`,
            },
          ],
    );
  }),
);
