import type { Construct } from "constructs";
import { AzureDnsRecords } from "./azure-dns-records";
import type { Gateway } from "./gateway";
import type { GatewayOutputs } from "./gateway-outputs";

/** Defines the DNS records of a gateway whose environment file asks for them. */
export function gatewayDns(scope: Construct, id: string, { config }: Gateway, outputs: GatewayOutputs): void {
  const { dns, tls } = config;
  if (dns === undefined || tls === undefined) return;
  switch (dns.kind) {
    case "azure-dns": {
      const { zoneName, resourceGroupName } = dns;
      new AzureDnsRecords(scope, id, {
        zoneName,
        resourceGroupName,
        hosts: tls.hosts,
        address: outputs.gateway_ip,
      });
      return;
    }
    case "route53":
      throw new Error(`Gateway '${config.name}': dns.kind route53 has no records yet; leave dns out.`);
  }
}
