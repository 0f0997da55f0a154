import type { Contribution, Feature } from "../../composition/contribution";
import type { MetricsOverride } from "../../composition/manifests/telemetry";
import { istioNamespace } from "../../composition/namespace-names";
import type { Metrics } from "./keys";
import { monitors } from "./monitors";

const advice = "set observability.metrics.scrape";

/**
 * How Prometheus finds proxies and istiod, and which tags metrics carry, by `observability.metrics`.
 *
 * @see https://istio.io/latest/docs/ops/integrations/prometheus/
 */
export const metrics: Feature = {
  name: "metrics",
  guardedValues: { istiod: { "meshConfig.enablePrometheusMerge": advice } },
  contribute: ({ environment }) => {
    const { scrape, tags } = environment.observability.metrics;
    return { ...scraped(scrape), ...telemetry(tags) };
  },
};

function scraped(scrape: Metrics["scrape"]): Contribution {
  switch (scrape.kind) {
    case "annotations":
      return {};
    case "monitors":
      return { policies: monitors(scrape) };
    case "none":
      return {
        meshConfig: { enablePrometheusMerge: false },
        // The chart of gateways annotates their pods itself.
        values: { gateway: { podAnnotations: { "prometheus.io/scrape": "false" } } },
      };
  }
}

function telemetry(tags: Metrics["tags"]): Pick<Contribution, "telemetry"> {
  if (tags.length === 0) return {};
  // Without `providers`: those that the mesh has by default.
  return { telemetry: { [istioNamespace]: { metrics: [{ overrides: tags.map(override) }] } } };
}

const modes = { client: "CLIENT", server: "SERVER", both: "CLIENT_AND_SERVER" } as const;

function override({ metric, side, set, remove }: Metrics["tags"][number]): MetricsOverride {
  return {
    match: { metric: metric.toUpperCase().replaceAll("-", "_"), mode: modes[side] },
    tagOverrides: {
      ...Object.fromEntries(Object.entries(set).map(([tag, value]) => [tag, { value }])),
      ...Object.fromEntries(remove.map((tag) => [tag, { operation: "REMOVE" as const }])),
    },
  };
}
