import type { Feature } from "../../composition/contribution";
import { istioNamespace } from "../../composition/namespace-names";
import { compatibility } from "../../config/compatibility/compatibility";

/**
 * The custom resource definitions of the Gateway API, where `gatewayApi.management` asks for their installation.
 *
 * istiod makes the classes of Gateways itself, once the definitions are there.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/
 */
export const gatewayApi: Feature = {
  name: "gateway-api",
  contribute: ({ environment }) => {
    const { management, version } = environment.gatewayApi;
    if (management !== "install") return {};
    return {
      releases: [
        {
          kind: "definitions",
          path: ["gateway-api", "definitions"],
          name: "gateway-api",
          namespace: istioNamespace,
          phase: "definitions",
          component: "gatewayApi",
          version: compatibility.gatewayApi.charts[version] ?? version,
          values: { crds: { gatewayAPI: { enabled: true, channel: "standard" } } },
        },
      ],
    };
  },
};
