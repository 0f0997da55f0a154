import { DataAwsEksCluster } from "@cdktf/provider-aws/lib/data-aws-eks-cluster";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { KubernetesProviderConfig } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { eksNames } from "../../composition/cloud-names/eks-names";
import type { Environment } from "../../config/environment";
import { aksConnection } from "../aks/aks-connection";
import { azureProvider } from "../aks/azure-provider";
import { eksConnection } from "../eks/eks-connection";
import { existingConnection } from "../existing/existing-access";

/** Defines how the link reaches a member's API server: as the member's own stacks do. */
export function memberConnection(scope: Construct, environment: Environment): KubernetesProviderConfig {
  const { name, target } = environment;
  const stack = TerraformStack.of(scope);
  switch (target.kind) {
    case "existing":
      return existingConnection(target.connection).kubernetes;
    case "aws": {
      const { region, accountId } = target;
      const provider = new AwsProvider(scope, "aws", {
        alias: name,
        region,
        ...(accountId === undefined ? {} : { allowedAccountIds: [accountId] }),
      });
      const clusterName = eksNames.cluster(name);
      const cluster = new DataAwsEksCluster(scope, "cluster", { provider, name: clusterName });
      const backend = { kind: "local", directory: ".state" } as const;
      return eksConnection(stack, { cluster, clusterName, region, backend }).kubernetes;
    }
    case "azure":
      azureProvider(stack);
      return aksConnection(scope, name, target.login).kubernetes;
  }
}
