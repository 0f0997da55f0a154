import { istioNamespace } from "../../composition/namespace-names";
import type { Manifest } from "../../composition/manifests/manifest";
import type { MonitorSettings } from "./keys";

type Monitor = Manifest & { readonly spec: object };

/**
 * What the Prometheus Operator scrapes: every proxy, and every istiod.
 *
 * @see https://prometheus-operator.dev/docs/api-reference/api/
 */
export function monitors(settings: MonitorSettings): readonly Monitor[] {
  const { labels, intervalSeconds, timeoutSeconds, sampleLimit } = settings;
  const endpoint = { interval: `${intervalSeconds}s`, scrapeTimeout: `${timeoutSeconds}s` };
  const limits = sampleLimit === undefined ? {} : { sampleLimit };
  const everywhere = { namespaceSelector: { any: true } };
  const metadata = (name: string) => ({ name, namespace: istioNamespace, labels });
  return [
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PodMonitor",
      metadata: metadata("istio-proxies"),
      spec: {
        ...everywhere,
        ...limits,
        jobLabel: "istio-proxies",
        selector: { matchExpressions: [{ key: "istio-prometheus-ignore", operator: "DoesNotExist" }] },
        podMetricsEndpoints: [
          {
            ...endpoint,
            port: "http-envoy-prom",
            path: "/stats/prometheus",
            relabelings: [
              // Port 15020 is no port of the pod, and has the metrics of the application beside Envoy's.
              {
                sourceLabels: ["__address__"],
                regex: "(.+):15090",
                replacement: "$1:15020",
                targetLabel: "__address__",
              },
            ],
          },
        ],
      },
    },
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "ServiceMonitor",
      metadata: metadata("istiod"),
      spec: {
        ...everywhere,
        ...limits,
        jobLabel: "istio",
        targetLabels: ["app"],
        selector: { matchLabels: { istio: "pilot" } },
        endpoints: [{ ...endpoint, port: "http-monitoring" }],
      },
    },
  ];
}
