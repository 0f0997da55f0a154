import type { MeshConfigValues } from "../../composition/chart-values/istiod";
import type { Contribution, Feature } from "../../composition/contribution";
import type { AccessLogging, TelemetrySpec } from "../../composition/manifests/telemetry";
import { istioNamespace } from "../../composition/namespace-names";
import { detailsOf, type DetailedAccessLogs } from "./keys";

const advice = "set mesh.accessLogs";

/**
 * Access logs of every proxy, by `mesh.accessLogs`.
 *
 * @see https://istio.io/latest/docs/tasks/observability/logs/access-log/
 */
export const accessLogs: Feature = {
  name: "access-logs",
  guardedValues: {
    istiod: { "meshConfig.accessLogFile": advice, "meshConfig.accessLogEncoding": advice },
  },
  contribute: ({ environment }): Contribution => {
    const logs = detailsOf(environment.mesh.accessLogs);
    return logs === undefined ? {} : { meshConfig: meshConfig(logs), telemetry: telemetry(logs) };
  },
};

const encodings = { text: "TEXT", json: "JSON" } as const;

function meshConfig({ encoding, format, everywhere }: DetailedAccessLogs): Partial<MeshConfigValues> {
  return {
    ...(everywhere ? { accessLogFile: "/dev/stdout" } : {}),
    accessLogEncoding: encodings[encoding],
    ...(format === undefined ? {} : { accessLogFormat: encoding === "text" ? asLine(format) : format }),
  };
}

/** Envoy ends no line by itself. */
function asLine(format: string): string {
  return format.endsWith("\n") ? format : `${format}\n`;
}

function telemetry(logs: DetailedAccessLogs): Readonly<Record<string, TelemetrySpec>> {
  const { everywhere, filter, namespaces } = logs;
  const ofMesh = everywhere && filter !== undefined ? { [istioNamespace]: reports(logging(filter)) } : {};
  const ofNamespaces = namespaces.map(
    ({ name, logged, filter: own }) =>
      [name, reports(logged ? logging(own) : { ...logging(undefined), disabled: true })] as const,
  );
  return { ...ofMesh, ...Object.fromEntries(ofNamespaces) };
}

const reports = (logging: AccessLogging): TelemetrySpec => ({ accessLogging: [logging] });

/** The provider that Istio brings: standard output, in the mesh's encoding and format. */
function logging(filter: string | undefined): AccessLogging {
  return {
    providers: [{ name: "envoy" }],
    ...(filter === undefined ? {} : { filter: { expression: filter } }),
  };
}
