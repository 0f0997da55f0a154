import type { MeshConfig } from "../../config/mesh/mesh";
import type { MeshConfigValues } from "../../composition/chart-values/istiod";
import type { Feature } from "../../composition/contribution";

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
  contribute: ({ environment }) => ({ meshConfig: meshConfig(environment.mesh.accessLogs) }),
};

function meshConfig(
  format: MeshConfig["accessLogs"],
): Pick<MeshConfigValues, "accessLogFile" | "accessLogEncoding"> {
  switch (format) {
    case "off":
      return {};
    case "text":
      return { accessLogFile: "/dev/stdout", accessLogEncoding: "TEXT" };
    case "json":
      return { accessLogFile: "/dev/stdout", accessLogEncoding: "JSON" };
  }
}
