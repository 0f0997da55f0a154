import { z } from "zod";

const version = z
  .union([
    z.enum(["default", "most-recent"]),
    z.string().regex(/^v[0-9]+\.[0-9]+\.[0-9]+-eksbuild\.[0-9]+$/, {
      error: "default, most-recent or a version such as v1.20.4-eksbuild.2",
    }),
  ])
  .default("default");

/** Versions of the EKS add-ons. */
export const awsAddOns = z
  .strictObject({
    vpcCni: version.describe("Amazon VPC CNI."),
    kubeProxy: version.describe("kube-proxy."),
    podIdentityAgent: version.describe("EKS Pod Identity Agent."),
    coredns: version.describe("CoreDNS."),
    metricsServer: version.describe("metrics-server, which the autoscalers of istiod and gateways need."),
  })
  .prefault({})
  .describe(
    "Versions of the EKS add-ons. default: what EKS recommends for the Kubernetes version, looked up at each plan.",
  );

export type AwsAddOns = z.output<typeof awsAddOns>;
