import { Fn } from "cdktf";
import type { ClusterConnection as ConnectionConfig } from "../config/target-existing";
import type { ClusterConnection } from "./cluster-connection";

/** Version of the credential plugin protocol that all current plugins speak. */
export const execApiVersion = "client.authentication.k8s.io/v1";

/** Connection to a cluster that exists: an entry of a kubeconfig, or an address with a credential plugin. */
export function existingConnection(connection: ConnectionConfig): ClusterConnection {
  switch (connection.kind) {
    case "kubeconfig": {
      const entry = { configPath: connection.path, configContext: connection.context };
      return { helm: entry, kubernetes: entry };
    }
    case "host": {
      const address = {
        host: connection.host,
        clusterCaCertificate: Fn.file(connection.clusterCaCertificatePath),
      };
      const exec = {
        apiVersion: execApiVersion,
        command: connection.exec.command,
        args: connection.exec.args,
        env: connection.exec.env,
      };
      return { helm: { ...address, exec }, kubernetes: { ...address, exec: [exec] } };
    }
  }
}
