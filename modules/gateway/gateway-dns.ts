import type { Construct } from "constructs";
import { AzureDnsRecords } from "../aks/azure-dns-records";
import { certifiedHosts } from "../../config/gateway/gateway-certificates";
import type { DeployedGateway } from "./deployed-gateway";
import type { GatewayOutputs } from "../../contract/outputs";
import { Route53Records } from "../eks/route53-records";

/** Defines the DNS records of a gateway whose environment file asks for them. */
export function gatewayDns(
  scope: Construct,
  id: string,
  { config }: DeployedGateway,
  outputs: GatewayOutputs,
): void {
  const { dns, tls } = config;
  if (dns === undefined || tls === undefined) return;
  switch (dns.kind) {
    case "azure-dns":
      new AzureDnsRecords(scope, id, {
        zone: dns,
        hosts: certifiedHosts(tls),
        address: outputs.gateway_ip,
      });
      return;
    case "route53":
      new Route53Records(scope, id, {
        zoneId: dns.zoneId,
        roleArn: dns.roleArn,
        hosts: certifiedHosts(tls),
        loadBalancerHostname: outputs.gateway_hostname,
      });
      return;
    case "external-dns":
      // The gateway's Service asks for them.
      return;
  }
}
