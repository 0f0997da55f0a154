import type { Environment } from "./environment";
import type { ExistingAwsCloud } from "./target/existing-cloud";

/** A name made from the environment's, and what its owner accepts. */
export interface DerivedName {
  /** What bears the name, such as `the EKS cluster`. */
  readonly bearer: string;
  readonly name: string;
  readonly longest: number;
}

/** Name of the stack with the cluster. */
export function clusterStackName(environmentName: string): string {
  return `${environmentName}-cluster`;
}

/** Name of the stack with the mesh. */
export function meshStackName(environmentName: string): string {
  return `${environmentName}-mesh`;
}

/** Name of the stack that joins the clusters of a mesh. */
export function linkStackName(meshName: string): string {
  return `${meshName}-link`;
}

/** Names of the stacks of an environment, each after the one that it stands on. */
export function stackNames({ name, target }: Pick<Environment, "name" | "target">): string[] {
  return target.kind === "existing" ? [meshStackName(name)] : [clusterStackName(name), meshStackName(name)];
}

function clusterNames({ name, target }: Pick<Environment, "name" | "target">): DerivedName[] {
  switch (target.kind) {
    case "aws":
      // https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
      return [{ bearer: "the EKS cluster", name, longest: 100 }, controllerRole(name)];
    case "azure":
      // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
      return [
        { bearer: "the AKS cluster", name, longest: 63 },
        { bearer: "the AKS cluster's DNS prefix", name, longest: 54 },
      ];
    case "existing":
      return target.cloud.kind === "aws" && makesControllerRole(target.cloud) ? [controllerRole(name)] : [];
  }
}

function makesControllerRole({ loadBalancerController }: ExistingAwsCloud): boolean {
  return loadBalancerController.management === "install" && loadBalancerController.identity.kind !== "role";
}

function controllerRole(environmentName: string): DerivedName {
  return {
    bearer: "the load balancer controller's IAM role",
    name: `${environmentName}-load-balancer-controller`,
    longest: 64,
  };
}

function stateNames(environment: Pick<Environment, "name" | "target" | "backend">): DerivedName[] {
  const { backend } = environment;
  const stacks = stackNames(environment);
  switch (backend.kind) {
    case "local":
      return stacks.map((stack) => ({ bearer: "the state's file", name: `${stack}.tfstate`, longest: 255 }));
    case "s3":
    case "azurerm":
      return stacks.map((stack) => ({
        bearer: "the state's key",
        name: `${backend.keyPrefix}${stack}.tfstate`,
        longest: 1024,
      }));
    case "gcs":
      return stacks.map((stack) => ({
        bearer: "the state's key",
        name: `${backend.keyPrefix}${stack}/default.tfstate`,
        longest: 1024,
      }));
    case "http":
      return [];
    case "cloud":
      return stacks.map((name) => ({ bearer: "the HCP Terraform workspace", name, longest: 90 }));
  }
}

/** Every name whose owner limits its length. */
export function derivedNames(environment: Pick<Environment, "name" | "target" | "backend">): DerivedName[] {
  const stacks = stackNames(environment).map((name) => ({ bearer: "the stack", name, longest: 120 }));
  return [...stacks, ...clusterNames(environment), ...stateNames(environment)];
}
