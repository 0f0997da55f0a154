import type { GatewayConfig } from "../../config/gateway/gateway";

/** What a gateway's objects are called. */
export interface GatewayIdentity {
  readonly namespace: string;
  /** Of the Service, the Deployment and the release. */
  readonly serviceName: string;
  /** Of the Certificate and its Secret. */
  readonly certificateName: string;
  /** Of the release with Gateway objects and certificate. */
  readonly listenersName: string;
}

export function gatewayIdentity({ name }: Pick<GatewayConfig, "name">): GatewayIdentity {
  const serviceName = `istio-${name}`;
  return {
    namespace: serviceName,
    serviceName,
    certificateName: `${serviceName}-tls`,
    listenersName: `${serviceName}-listeners`,
  };
}
