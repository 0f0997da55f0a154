import { Fn, Token } from "cdktf";
import type { Construct } from "constructs";
import type { ExistingTarget } from "../../config/target/target-existing";
import { helmPlatform } from "../../composition/chart-values/platform";
import {
  type ClusterAccess,
  type ClusterAccessOptions,
  type ClusterConnection,
  configureProviders,
} from "../cluster/cluster-access";
import { projectPath } from "../cluster/project-path";

/** Version of the credential plugin protocol that all current plugins speak. */
export const execApiVersion = "client.authentication.k8s.io/v1";

/** Defines access to a cluster that exists. */
export function existingAccess(
  scope: Construct,
  options: ClusterAccessOptions<ExistingTarget>,
): ClusterAccess {
  const { environment, target } = options;
  configureProviders(scope, connection(target.connection));
  const platform = helmPlatform(target.platform);
  return {
    clusterName: target.clusterName ?? environment.name,
    ...(platform === undefined ? {} : { platform }),
    cloud: { kind: "none" },
    dns01: {},
  };
}

function connection(config: ExistingTarget["connection"]): ClusterConnection {
  switch (config.kind) {
    case "kubeconfig": {
      const entry = { configPath: projectPath(config.path), configContext: config.context };
      return { helm: entry, kubernetes: entry };
    }
    case "host": {
      const address = {
        host: config.host,
        clusterCaCertificate: Fn.file(projectPath(config.clusterCaCertificatePath)),
      };
      const { command, args, env } = config.exec;
      const exec = { apiVersion: execApiVersion, command, args, env: asWritten(env) };
      return { helm: { ...address, exec }, kubernetes: { ...address, exec: [exec] } };
    }
  }
}

/** A map whose keys cdktf 0.21 leaves alone; in a provider's configuration it would write them in lower case. */
function asWritten(map: Readonly<Record<string, string>>): Record<string, string> {
  return Token.asAny(map) as unknown as Record<string, string>;
}
