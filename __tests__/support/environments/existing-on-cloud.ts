import { existing } from "./environment-files";

/** The smallest valid file for a cluster that exists in a cloud, with more keys of `target`. */
export function existingOn(cloud: string, more = ""): string {
  return existing.replace("\nmesh:", `\n  cloud: ${cloud}${more === "" ? "" : `\n  ${more}`}\nmesh:`);
}

export const vpc = "kind: aws, region: eu-central-1, vpcId: vpc-0a1b, nodeSecurityGroupId: sg-0c1d";

/** A cluster on AWS that has its load balancer controller. */
export const onAws = existingOn(`{ ${vpc} }`);

export const oidcProvider =
  "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/0A1B";

/** A cluster on AWS on which the stack installs the controller, with this identity. */
export function installingOnAws(identity: string, more = ""): string {
  return existingOn(
    `{ ${vpc}, loadBalancerController: { management: install, identity: ${identity} } }`,
    more,
  );
}

/** A cluster on Azure. */
export const onAzure = existingOn(
  "{ kind: azure, subscriptionId: 11111111-1111-4111-8111-111111111111, resourceGroupName: rg-shop, location: westeurope }",
);
