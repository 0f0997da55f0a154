import type { GatewayConfig } from "../config/gateway/gateway";
import type { HealthConfig } from "../config/health";
import type { HttpRoute } from "./manifests/istio";
import { healthNamespace } from "./namespace-names";

/** Name of the health workload's Deployment, Service and release. */
export const healthName = "healthz";
/** Port on which the health workload listens. */
export const healthPort = 9898;
/** Path on which the health workload answers. */
export const healthWorkloadPath = "/healthz";

/** The rule that leads the health check's path to the health workload. */
export interface HealthRoute {
  readonly httpRoute: HttpRoute;
}

/** The health check's rule in a VirtualService. */
export function healthRoute(health: HealthConfig): HealthRoute {
  return {
    httpRoute: {
      name: "health",
      match: [{ uri: { exact: health.path } }],
      ...(health.path === healthWorkloadPath ? {} : { rewrite: { uri: healthWorkloadPath } }),
      route: [
        {
          destination: {
            host: `${healthName}.${healthNamespace}.svc.cluster.local`,
            port: { number: healthPort },
          },
        },
      ],
    },
  };
}

/** Host name of the health check at a gateway, or undefined where any host will do. */
export function healthHost(gateway: GatewayConfig, health: HealthConfig): string | undefined {
  const host = health.host ?? gateway.tls?.hosts[0];
  return host?.startsWith("*.") === true ? `healthz${host.slice(1)}` : host;
}
