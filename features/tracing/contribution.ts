import type { TracingProvider } from "../../composition/chart-values/istiod";
import type { Feature } from "../../composition/contribution";
import type { CustomTag } from "../../composition/manifests/telemetry";
import { istioNamespace } from "../../composition/namespace-names";
import { collectorOf } from "./collector";
import type { Tracing } from "./keys";

/** Name under which the mesh's configuration knows the collector. */
const providerName = "tracing";

/**
 * Spans of the requests that proxies pass on, by `observability.tracing`.
 *
 * @see https://istio.io/latest/docs/tasks/observability/distributed-tracing/
 */
export const tracing: Feature = {
  name: "tracing",
  contribute: ({ environment: { observability, policies } }) => {
    const settings = observability.tracing;
    if (settings === undefined) return {};
    const { host, port } = collectorOf(settings, policies);
    const { provider, sampling, tags } = settings;
    const customTags = Object.entries(tags).map(([name, tag]) => [name, customTag(tag)] as const);
    return {
      meshConfig: { extensionProviders: [providerOf(provider, { service: host, port })] },
      telemetry: {
        [istioNamespace]: {
          tracing: [
            {
              providers: [{ name: providerName }],
              randomSamplingPercentage: sampling,
              ...(customTags.length === 0 ? {} : { customTags: Object.fromEntries(customTags) }),
            },
          ],
        },
      },
    };
  },
};

function providerOf(
  provider: Tracing["provider"],
  at: { readonly service: string; readonly port: number },
): TracingProvider {
  switch (provider) {
    case "opentelemetry":
      return { name: providerName, opentelemetry: at };
    case "zipkin":
      return { name: providerName, zipkin: at };
  }
}

function customTag(tag: Tracing["tags"][string]): CustomTag {
  switch (tag.kind) {
    case "literal":
      return { literal: { value: tag.value } };
    case "header":
      return { header: { name: tag.header, ...defaultOf(tag.default) } };
    case "environment":
      return { environment: { name: tag.variable, ...defaultOf(tag.default) } };
  }
}

function defaultOf(value: string | undefined): { readonly defaultValue?: string } {
  return value === undefined ? {} : { defaultValue: value };
}
