/**
 * Names by which the mesh stack finds what the cluster stack made.
 *
 * Every name in AWS begins with the environment's, so that environments share an account.
 */
export const eksNames = {
  cluster: (environmentName: string): string => environmentName,
  nodeSecurityGroup: (environmentName: string): string => `${environmentName}-nodes`,
} as const;

/** A service account that takes an IAM role through EKS Pod Identity. */
export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

/** Service accounts of the components that call AWS. */
export const eksServiceAccounts = {
  vpcCni: { namespace: "kube-system", name: "aws-node" },
  loadBalancerController: { namespace: "kube-system", name: "aws-load-balancer-controller" },
  clusterAutoscaler: { namespace: "kube-system", name: "cluster-autoscaler" },
  certManager: { namespace: "cert-manager", name: "cert-manager" },
} as const satisfies Record<string, ServiceAccountName>;
