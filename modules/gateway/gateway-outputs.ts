import { Fn, Op, Token, conditional } from "cdktf";
import type { Construct } from "constructs";
import type { CertManagerConfig } from "../../config/certificates";
import type { HealthConfig } from "../../config/health";
import type { GatewayOutputs } from "../../contract/outputs";
import type { DeployedGateway } from "./deployed-gateway";
import type { Address } from "../../exposures/exposure-parts";
import { GatewayAddress } from "./gateway-address";
import { GatewayCa } from "./gateway-ca";
import { gatewayIssuer, issuedInCluster } from "../../features/gateways/gateway-issuer";
import { healthHost } from "../../composition/health-route";

/** Options of {@link describeGateway}. */
export interface DescribeGatewayOptions {
  readonly gateway: DeployedGateway;
  readonly health: HealthConfig;
  readonly certManager: CertManagerConfig;
}

/** Defines what must be read of one gateway; returns its outputs, in the names of the contract. */
export function describeGateway(
  scope: Construct,
  id: string,
  options: DescribeGatewayOptions,
): GatewayOutputs {
  const { gateway, health } = options;
  const { address } = new GatewayAddress(scope, `${id}-address`, gateway);
  const serves = gateway.config.direction === "ingress";
  return {
    gateway_hostname: address.hostname,
    gateway_ip: address.ip,
    gateway_address: address.address,
    gateway_http_port: address.httpPort,
    gateway_https_port: address.httpsPort,
    gateway_status_port: address.statusPort,
    gateway_service: `${gateway.namespace}/${gateway.serviceName}`,
    gateway_ca: privateCa(scope, `${id}-ca`, options),
    healthz_url: serves ? healthzUrl(gateway, address, health) : "",
    healthz_host: (serves ? healthHost(gateway.config, health) : undefined) ?? "",
  };
}

/** PEM of the CA that signed the gateway's certificate, or "" without TLS and for public CAs. */
function privateCa(scope: Construct, id: string, { gateway, certManager }: DescribeGatewayOptions): string {
  if (gateway.config.tls === undefined || gatewayIssuer(gateway.config, certManager)?.kind === "acme")
    return "";
  return new GatewayCa(scope, id, { gateway, required: issuedInCluster(gateway.config, certManager) }).pem;
}

function healthzUrl({ config }: DeployedGateway, address: Address, health: HealthConfig): string {
  const https = config.tls !== undefined;
  const scheme = https ? "https" : "http";
  const port = https ? address.httpsPort : address.httpPort;
  const portSuffix = port === (https ? "443" : "80") ? "" : `:${port}`;
  const host = healthHost(config, health);
  // With records of its own the name resolves; without them only the address is sure to lead here.
  if (config.dns !== undefined && host !== undefined) return `${scheme}://${host}${portSuffix}${health.path}`;
  const url = `${scheme}://${authority(address.address)}${portSuffix}${health.path}`;
  return Token.asString(conditional(Op.lt(Fn.lengthOf(address.address), 1), "", url));
}

/** An address as a URL holds it: IPv6 in brackets. */
function authority(address: string): string {
  return Token.asString(Fn.replace(address, "/^(.*:.*)$/", "[$1]"));
}
