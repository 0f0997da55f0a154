import type { Feature } from "../../composition/contribution";
import type { EnvoyFilterManifest } from "../../composition/manifests/istio";
import { gatewayIdentity } from "../gateways/gateway-identity";
import type { RateLimit } from "./keys";

/**
 * Limits of requests, by `policies.rateLimits`: each proxy counts for itself and answers 429.
 *
 * Istio has no API of its own for them; this is the one EnvoyFilter of the project.
 *
 * @see https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/#local-rate-limit
 */
export const rateLimits: Feature = {
  name: "rate-limits",
  contribute: ({ environment }) => ({ policies: environment.policies.rateLimits.map(envoyFilter) }),
};

function envoyFilter(limit: RateLimit): EnvoyFilterManifest {
  const { namespace, labels, context } = placeOf(limit.at);
  return {
    apiVersion: "networking.istio.io/v1alpha3",
    kind: "EnvoyFilter",
    metadata: {
      name: `rate-limit-${limit.name}`,
      namespace,
      // istioctl analyze warns of every EnvoyFilter that it depends on Envoy's insides (IST0133), and nothing changes that.
      annotations: { "galley.istio.io/analyze-suppress": "IST0133" },
    },
    spec: {
      workloadSelector: { labels },
      configPatches: [
        {
          applyTo: "HTTP_FILTER",
          match: {
            context,
            listener: { filterChain: { filter: { name: "envoy.filters.network.http_connection_manager" } } },
          },
          // Before all others by itself, whatever a second EnvoyFilter does.
          patch: { operation: "INSERT_FIRST", value: localRateLimit(limit) },
        },
      ],
    },
  };
}

function placeOf(at: RateLimit["at"]) {
  switch (at.kind) {
    case "gateway": {
      const { namespace } = gatewayIdentity(at);
      return { namespace, labels: { istio: at.name }, context: "GATEWAY" };
    }
    case "workload":
      return { ...at.workload, context: "SIDECAR_INBOUND" };
  }
}

function localRateLimit({ name, requests, perSeconds, burst = requests }: RateLimit): object {
  const always = { default_value: { numerator: 100, denominator: "HUNDRED" } };
  return {
    name: "envoy.filters.http.local_ratelimit",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
      stat_prefix: `rate_limit_${name.replaceAll("-", "_")}`,
      token_bucket: { max_tokens: burst, tokens_per_fill: requests, fill_interval: `${perSeconds}s` },
      filter_enabled: { runtime_key: "local_rate_limit_enabled", ...always },
      filter_enforced: { runtime_key: "local_rate_limit_enforced", ...always },
    },
  };
}
