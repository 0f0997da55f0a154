import { Fn, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import { environmentTag } from "../../composition/cloud-names/aks-names";
import type { ExistingCloud } from "../../config/target/existing-cloud";
import type { ExistingTarget } from "../../config/target/target-existing";
import { helmPlatform } from "../../composition/chart-values/platform";
import {
  type ClusterAccess,
  type ClusterAccessOptions,
  type ClusterConnection,
  configureProviders,
  execApiVersion,
} from "../cluster/cluster-access";
import { aksWebhookAnnotations } from "../aks/aks-webhook-annotations";
import { azureProvider } from "../aks/azure-provider";
import { awsTags, configureAws } from "../eks/aws-account";
import { projectPath } from "../cluster/project-path";

/** Defines access to a cluster that exists. */
export function existingAccess(
  scope: Construct,
  options: ClusterAccessOptions<ExistingTarget>,
): ClusterAccess {
  const { environment, target } = options;
  configureProviders(scope, existingConnection(target.connection));
  const platform = helmPlatform(target.platform);
  const clusterName = target.clusterName ?? environment.name;
  return {
    clusterName,
    ...(platform === undefined ? {} : { platform }),
    ...cloudAccess(TerraformStack.of(scope), environment.name, clusterName, target.cloud),
  };
}

/** Configures the provider of the cluster's cloud, where the file names one. */
function cloudAccess(
  stack: TerraformStack,
  environmentName: string,
  clusterName: string,
  cloud: ExistingCloud,
): Pick<ClusterAccess, "cloud" | "dns01" | "webhookAnnotations"> {
  switch (cloud.kind) {
    case "none":
      return { cloud: { kind: "none" }, dns01: {} };
    case "aws": {
      configureAws(stack, environmentName, cloud);
      const { region, vpcId, nodeSecurityGroupId, loadBalancerController } = cloud;
      return {
        cloud: {
          kind: "aws",
          clusterName,
          region,
          vpcId,
          zones: undefined,
          nodeSecurityGroup: { id: nodeSecurityGroupId },
          loadBalancerController,
          tags: awsTags(environmentName, cloud),
        },
        dns01: { route53: { region } },
      };
    }
    case "azure": {
      const { subscriptionId, resourceGroupName, location, zones } = cloud;
      azureProvider(stack, { subscriptionId });
      const tags = { ...cloud.tags, [environmentTag]: environmentName };
      return {
        cloud: { kind: "azure", addresses: { resourceGroupName, location, zones, tags } },
        webhookAnnotations: aksWebhookAnnotations,
        dns01: {},
      };
    }
  }
}

/** How the providers reach a cluster that exists. */
export function existingConnection(config: ExistingTarget["connection"]): ClusterConnection {
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
