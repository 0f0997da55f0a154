import type { Environment } from "../../config/environment";
import { oneOf, quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";
import { collectorOf } from "./collector";

const path = ["observability", "tracing"];

/** Spans go to somebody that the mesh knows, and by a provider that nothing replaces. */
export const tracingHolds = rule(["observability", "mesh", "policies"], (input): Finding[] => {
  const { observability, mesh, policies } = input;
  const { tracing } = observability;
  if (tracing === undefined) return [];
  if (mesh.management !== "install") {
    return [
      {
        path,
        found: quote(tracing.service),
        accepted: `it is the whole mesh's, and mesh.management ${mesh.management} leaves that to its owner`,
        advice: "remove it, or set mesh.management to install",
      },
    ];
  }
  const { meshConfig } = mesh.istiod.values;
  const replaced =
    typeof meshConfig === "object" && meshConfig !== null && "extensionProviders" in meshConfig;
  const findings: Finding[] = replaced
    ? [
        {
          path: ["mesh", "istiod", "values", "meshConfig", "extensionProviders"],
          found: "a list of providers beside observability.tracing",
          accepted: "one of the two: Helm puts the list in the place of the one that tracing needs",
          advice: "remove observability.tracing, and write its provider and a Telemetry yourself",
        },
      ]
    : [];
  return [...findings, ...unknownHost(tracing, policies)];
});

function unknownHost(
  tracing: NonNullable<Environment["observability"]["tracing"]>,
  policies: Environment["policies"],
): Finding[] {
  const collector = collectorOf(tracing, policies);
  if (collector.kind === "service") return [];
  const { host, port } = collector;
  const entries = policies.outbound.hosts.filter((each) => each.host === host);
  if (entries.some((entry) => entry.port === port)) return [];
  const ports = entries.map((entry) => String(entry.port));
  return [
    {
      path: [...path, ports.length === 0 ? "service" : "port"],
      found: ports.length === 0 ? quote(host) : String(port),
      accepted:
        ports.length === 0
          ? "a host that the mesh knows: istiod configures no tracing at all for another one, and says so in its log only"
          : `ports of ${host} in policies.outbound.hosts are ${oneOf(ports)}`,
      advice:
        ports.length === 0
          ? `add { host: ${host}, port: ${port}, protocol: http } to policies.outbound.hosts, or name a Service as <name>.<namespace>`
          : `set port to ${ports[0]}`,
    },
  ];
}

/** A Service of an application, with what it speaks on its ports. */
export interface NamedService {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly { readonly number: number; readonly protocol: string | undefined }[];
}

/** What a provider's spans travel by. */
const protocols = { opentelemetry: ["grpc", "http2"], zipkin: ["http", "http2"] } as const;

/** A Service in a namespace of the file takes spans only where an application brings it, on a port that speaks so. */
export function tracingServiceFits(environment: Environment, services: readonly NamedService[]): Finding[] {
  const { tracing } = environment.observability;
  if (tracing === undefined) return [];
  const collector = collectorOf(tracing, environment.policies);
  if (collector.kind === "outside") return [];
  const { name, namespace, port } = collector;
  const inNamespace = services.filter((service) => service.namespace === namespace);
  if (!environment.applications.some((application) => application.namespace === namespace)) return [];
  const service = inNamespace.find((each) => each.name === name);
  if (service === undefined) {
    const names = inNamespace.map((each) => each.name);
    return [
      {
        path: [...path, "service"],
        severity: "warning",
        found: quote(tracing.service),
        accepted: `applications bring ${names.length === 0 ? "no Service" : oneOf(names)} to namespace ${namespace}`,
        advice: "see that something else deploys it: until then nothing is traced",
      },
    ];
  }
  const found = service.ports.find(({ number }) => number === port);
  if (found === undefined) {
    return [
      {
        path: [...path, "port"],
        found: String(port),
        accepted: `ports of Service ${name} are ${oneOf(service.ports.map(({ number }) => String(number)))}`,
        advice: `set port to ${service.ports[0]?.number ?? port}`,
      },
    ];
  }
  const accepted: readonly string[] = protocols[tracing.provider];
  if (found.protocol === undefined || accepted.includes(found.protocol)) return [];
  return [
    {
      path: [...path, "port"],
      found: `${port}, of which Service ${name} says that it speaks ${found.protocol}`,
      accepted: `a port named or with appProtocol ${oneOf([...accepted])}: Envoy speaks what the Service says, and spans of ${tracing.provider} travel by it`,
      advice: `rename the port to ${accepted[0]}-traces, or set another port`,
    },
  ];
}
