import type { Environment } from "../../config/environment";
import type { Tracing } from "./keys";

/** Where proxies send their spans. */
export type Collector =
  | {
      readonly kind: "service";
      readonly name: string;
      readonly namespace: string;
      readonly host: string;
      readonly port: number;
    }
  | { readonly kind: "outside"; readonly host: string; readonly port: number };

const defaultPorts = { opentelemetry: 4317, zipkin: 9411 } as const;

/** The host that a file names, by the name under which Istio knows it. */
export function collectorOf(
  tracing: Tracing,
  { outbound }: Pick<Environment["policies"], "outbound">,
): Collector {
  const { service, provider, port = defaultPorts[provider] } = tracing;
  const [name = "", namespace = "", ...rest] = service.split(".");
  const isService = ["", "svc", "svc.cluster.local"].includes(rest.join("."));
  const isListed = outbound.hosts.some(({ host }) => host === service);
  if (!isService || isListed) return { kind: "outside", host: service, port };
  return { kind: "service", name, namespace, host: `${name}.${namespace}.svc.cluster.local`, port };
}
