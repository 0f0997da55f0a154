import { Fn, TerraformLocal, Token } from "cdktf";
import type { Construct } from "constructs";
import type { GatewayConfig } from "../config/gateway/gateway";
import type { Exposure } from "../config/gateway/exposure";
import type { Address, AnsweringService } from "./exposure-parts";
import { clientPortsOf, exposesStatusPort } from "./exposures";
import { statusPort } from "./status-port";

/** Parts of an exposure by a Service of type LoadBalancer that the cluster answers without our help. */
export const loadBalancerParts = {
  address: (_: Exposure, answering: AnsweringService) => loadBalancerAddress(answering),
};

/** The address in the status of a LoadBalancer Service: a host name, or an IP address. */
export function loadBalancerAddress({ scope, service, gateway }: AnsweringService): Address {
  const ingress = service.status.get(0).loadBalancer.get(0).ingress.get(0);
  const hostname = orEmpty(ingress.hostname);
  const ip = orEmpty(ingress.ip);
  return { hostname, ip, address: named(scope, orEmpty(hostname, ip)), ...ownPorts(gateway) };
}

/** Ports at which clients reach a gateway. */
export function ownPorts({
  tls,
  exposure,
}: GatewayConfig): Pick<Address, "httpPort" | "httpsPort" | "statusPort"> {
  const { http, https } = clientPortsOf(exposure);
  return {
    httpPort: String(http),
    httpsPort: tls === undefined ? "" : String(https),
    statusPort: exposesStatusPort(exposure) ? String(statusPort) : "",
  };
}

/** Names an expression for an address, so that the outputs do not repeat it. */
export function named(scope: Construct, expression: string): string {
  return new TerraformLocal(scope, "address", expression).asString;
}

/** The first of the values that is neither null nor "", or "". */
export function orEmpty(...values: string[]): string {
  return Token.asString(Fn.try([Fn.coalesce(values), ""]));
}
