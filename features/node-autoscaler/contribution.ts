import type { ClusterAutoscalerChartValues } from "../../composition/chart-values/cluster-autoscaler";
import { eksServiceAccounts } from "../../composition/cloud-names/eks-names";
import { clusterAutoscaler, clusterAutoscalerTag } from "../../composition/components/cluster-autoscaler";
import type { Feature, FeatureInput } from "../../composition/contribution";
import { componentRequests, requestsOf } from "../../composition/requests";
import type { AwsTarget } from "../../config/target/target-aws";
import { isAutoscaled } from "./is-autoscaled";

const requests = { cpu: "100m", memory: "300Mi" };

/**
 * Cluster Autoscaler on EKS, so that node groups grow to `maxNodes`; its role is of the cluster stack.
 *
 * AKS has one of its own; docs/adr/0010-cluster-autoscaler.md tells why it is not Karpenter.
 *
 * @see https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md
 */
export const nodeAutoscaler: Feature = {
  name: "node-autoscaler",
  contribute: (input) => {
    const { target } = input.environment;
    if (!isAutoscaled(target)) return {};
    const { namespace, name } = eksServiceAccounts.clusterAutoscaler;
    const values = autoscalerValues(input, target);
    return {
      releases: [
        {
          kind: "chart",
          path: ["node-autoscaler", "autoscaler"],
          name,
          namespace,
          component: "clusterAutoscaler",
          version: clusterAutoscaler.version,
          phase: "nodes",
          values,
        },
      ],
      requests: [componentRequests(name, values.replicaCount, requestsOf({ requests }, requests))],
    };
  },
};

function autoscalerValues(
  { environment, images, cluster }: FeatureInput,
  target: AwsTarget,
): ClusterAutoscalerChartValues {
  const { name } = eksServiceAccounts.clusterAutoscaler;
  const tag = clusterAutoscalerTag(target.kubernetesVersion);
  return {
    fullnameOverride: name,
    cloudProvider: "aws",
    // Given, because nodes keep their metadata from pods.
    awsRegion: target.region,
    autoDiscovery: { clusterName: cluster.clusterName },
    image: {
      repository: images.locate("registry.k8s.io/autoscaling/cluster-autoscaler"),
      ...(tag === undefined ? {} : { tag }),
      ...(images.pullSecrets.length === 0 ? {} : { pullSecrets: images.pullSecrets }),
    },
    rbac: { serviceAccount: { create: true, name } },
    // One of them works, and the other takes over.
    replicaCount: environment.mesh.size === "production" ? 2 : 1,
    resources: { requests },
    extraArgs: {
      // Every pod with a sidecar has an emptyDir; by default no node with one would ever be taken away.
      "skip-nodes-with-local-storage": false,
      // Groups of one kind in several zones grow side by side.
      "balance-similar-node-groups": true,
      expander: "least-waste",
    },
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65534,
      runAsGroup: 65534,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containerSecurityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
  };
}
