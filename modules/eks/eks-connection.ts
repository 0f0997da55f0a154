import type { DataAwsEksCluster } from "@cdktf/provider-aws/lib/data-aws-eks-cluster";
import { Fn, type TerraformStack } from "cdktf";
import type { BackendConfig } from "../../config/backend";
import type { ClusterConnection } from "../cluster/cluster-access";
import { EphemeralEksToken } from "./ephemeral-eks-token";

/** Options of {@link eksConnection}. */
export interface EksConnectionOptions {
  readonly cluster: DataAwsEksCluster;
  /** The cluster's name as a plain string, known at plan. */
  readonly clusterName: string;
  readonly region: string;
  readonly backend: BackendConfig;
}

/**
 * Defines how the helm and kubernetes providers reach an EKS cluster.
 *
 * The AWS command line prints a token whenever one is needed. HCP Terraform's own runners do not have it: there the
 * token is an ephemeral resource, which is in neither plan nor state, and lives for 15 minutes.
 *
 * @see https://docs.aws.amazon.com/cli/latest/reference/eks/get-token.html
 */
export function eksConnection(stack: TerraformStack, options: EksConnectionOptions): ClusterConnection {
  const { cluster, clusterName, region, backend } = options;
  const address = {
    host: cluster.endpoint,
    clusterCaCertificate: Fn.base64decode(cluster.certificateAuthority.get(0).data),
  };
  if (backend.kind === "cloud" && backend.execution === "remote") {
    const { token } = new EphemeralEksToken(stack, "cluster-token", { clusterName });
    return { helm: { ...address, token }, kubernetes: { ...address, token } };
  }
  const exec = {
    // The newest version that every AWS command line in use speaks.
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "aws",
    args: ["eks", "get-token", "--cluster-name", clusterName, "--region", region, "--output", "json"],
  };
  return { helm: { ...address, exec }, kubernetes: { ...address, exec: [exec] } };
}
