import type { Component } from "./component";

/**
 * The AWS Load Balancer Controller. The policy of its role is made for this very version.
 *
 * @see https://github.com/aws/eks-charts
 */
export const loadBalancerController = {
  chart: "aws-load-balancer-controller",
  repository: "https://aws.github.io/eks-charts",
  // renovate: datasource=helm depName=aws-load-balancer-controller registryUrl=https://aws.github.io/eks-charts
  version: "3.5.0",
  calledPorts: [{ port: 9443, purpose: "the load balancer controller's webhook" }],
  guardedValues: {},
} as const satisfies Component;
