import type { Component } from "./component";

/**
 * Custom resource definitions of the Gateway API, from the one chart that has its standard channel: Envoy Gateway's.
 *
 * The Gateway API itself publishes none; docs/adr/0006-gateway-api-definitions.md tells of the others.
 *
 * @see https://github.com/envoyproxy/gateway/tree/main/charts/gateway-crds-helm
 */
export const gatewayApi: Component = {
  chart: "gateway-crds-helm",
  repository: "oci://docker.io/envoyproxy",
  calledPorts: [],
  guardedValues: {},
};
