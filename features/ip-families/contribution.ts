import type { Feature } from "../../composition/contribution";
import type { GatewayConfig } from "../../config/gateway/gateway";

function hasBothFamilies({ ipFamilyPolicy = "SingleStack" }: GatewayConfig): boolean {
  return ipFamilyPolicy !== "SingleStack";
}

const dualStack = { ISTIO_DUAL_STACK: "true" };

/**
 * Both address families where a gateway's Service has both: Envoy listens on IPv4 alone unless istiod and the proxies
 * are told so.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/dual-stack/
 */
export const ipFamilies: Feature = {
  name: "ip families",
  contribute: ({ environment }) =>
    environment.gateways.some(hasBothFamilies)
      ? {
          meshConfig: { defaultConfig: { proxyMetadata: dualStack } },
          values: { istiod: { env: dualStack } },
        }
      : {},
};
