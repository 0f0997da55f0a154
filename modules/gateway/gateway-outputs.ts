import { Fn, Op, Token, conditional } from "cdktf";
import type { Construct } from "constructs";
import type { CertManagerConfig } from "../../config/certificates";
import type { HealthConfig } from "../../config/health";
import type { GatewayOutputs } from "../../contract/outputs";
import type { DeployedGateway } from "./deployed-gateway";
import type { Address } from "../../exposures/exposure-parts";
import { tlsEndOf } from "../../exposures/exposures";
import { GatewayAddress } from "./gateway-address";
import { GatewayCa } from "./gateway-ca";
import { covers } from "../../config/gateway/covers";
import { gatewayCertificates } from "../../features/gateways/gateway-certificate";
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

/**
 * PEM of the CA that signed the certificate which the health check meets, or "" without TLS, for public CAs, for
 * Secrets of somebody else's and where the load balancer ends TLS.
 */
function privateCa(scope: Construct, id: string, options: DescribeGatewayOptions): string {
  const { gateway, health, certManager } = options;
  const { tls } = gateway.config;
  // What a load balancer shows to clients is ACM's, and signed in public.
  if (tls === undefined || tlsEndOf(gateway.config.exposure) !== "gateway") return "";
  const certificates = gatewayCertificates(gateway.certificateName, tls);
  const host = healthHost(gateway.config, health);
  const met =
    certificates.find(({ config }) => host !== undefined && config.hosts.some((own) => covers(own, host))) ??
    certificates[0];
  if (met === undefined || met.config.secretName !== undefined) return "";
  if (gatewayIssuer(met.config, certManager)?.kind === "acme") return "";
  const { certificateName } = met;
  const required = issuedInCluster(met.config, certManager);
  return new GatewayCa(scope, id, { gateway, certificateName, required }).pem;
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
