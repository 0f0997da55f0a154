import { grafana, jaeger, kiali, prometheus } from "./addons";
import { base } from "./base";
import { certManager } from "./cert-manager";
import { cni } from "./cni";
import { clusterAutoscaler } from "./cluster-autoscaler";
import type { Component } from "./component";
import { gateway } from "./gateway";
import { istioCsr } from "./istio-csr";
import { gatewayApi } from "./gateway-api";
import { istiod } from "./istiod";
import { loadBalancerController } from "./load-balancer-controller";
import { metallb } from "./metallb";
import { ztunnel } from "./ztunnel";

/** Everything that is installed by a chart which this project does not ship. */
export const components = {
  base,
  istiod,
  cni,
  ztunnel,
  gateway,
  certManager,
  istioCsr,
  loadBalancerController,
  clusterAutoscaler,
  metallb,
  gatewayApi,
  prometheus,
  grafana,
  jaeger,
  kiali,
} as const satisfies Readonly<Record<string, Component>>;

export type ComponentName = keyof typeof components;
