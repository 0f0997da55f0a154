import type { Component } from "./component";

const none = { calledPorts: [], guardedValues: {} } as const;

/** @see https://github.com/prometheus-community/helm-charts/tree/main/charts/prometheus */
export const prometheus = {
  ...none,
  chart: "prometheus",
  repository: "oci://ghcr.io/prometheus-community/charts",
  // renovate: datasource=helm depName=prometheus registryUrl=https://prometheus-community.github.io/helm-charts
  version: "29.27.0",
} as const satisfies Component;

/** @see https://github.com/grafana-community/helm-charts/tree/main/charts/grafana */
export const grafana = {
  ...none,
  chart: "grafana",
  repository: "oci://ghcr.io/grafana-community/helm-charts",
  // renovate: datasource=helm depName=grafana registryUrl=https://grafana-community.github.io/helm-charts
  version: "12.11.1",
} as const satisfies Component;

/** @see https://github.com/jaegertracing/helm-charts/tree/main/charts/jaeger */
export const jaeger = {
  ...none,
  chart: "jaeger",
  repository: "https://jaegertracing.github.io/helm-charts",
  // renovate: datasource=helm depName=jaeger registryUrl=https://jaegertracing.github.io/helm-charts
  version: "4.11.1",
} as const satisfies Component;

/** @see https://kiali.io/docs/installation/installation-guide/install-with-helm/ */
export const kiali = {
  ...none,
  chart: "kiali-server",
  repository: "https://kiali.org/helm-charts",
  // renovate: datasource=helm depName=kiali-server registryUrl=https://kiali.org/helm-charts
  version: "2.31.0",
} as const satisfies Component;
