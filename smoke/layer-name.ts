/** Layers in the order in which they are probed. */
export const layerNames = [
  "outputs",
  "kubernetes",
  "dns",
  "tcp",
  "tls",
  "envoy",
  "route",
  "negative",
  "checks",
] as const;

export type LayerName = (typeof layerNames)[number];

/** What each layer asks, in the words of the report. */
export const layerTitles: Readonly<Record<LayerName, string>> = {
  outputs: "Outputs",
  kubernetes: "Kubernetes",
  dns: "DNS",
  tcp: "TCP",
  tls: "TLS",
  envoy: "Envoy",
  route: "Route",
  negative: "Negative",
  checks: "Checks",
};
