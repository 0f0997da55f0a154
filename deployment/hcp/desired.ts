import type { BackendConfig } from "../../config/backend";
import type { Environment } from "../../config/environment";
import { stackNames } from "../../config/names";

/** Identities that runs take on without a stored credential, as the command line gives them. */
export interface RunIdentities {
  /** ARN of the role of runs in AWS. */
  readonly awsRunRole?: string;
  readonly azureClientId?: string;
  readonly azureTenantId?: string;
  readonly azureSubscriptionId?: string;
}

/** A workspace as it should be. */
export interface DesiredWorkspace {
  readonly name: string;
  readonly execution: CloudBackend["execution"];
  /** Environment variables of its runs; none of them is secret. */
  readonly variables: Readonly<Record<string, string>>;
  /** The workspace after whose applies this one runs. */
  readonly runsAfter?: string;
}

/** What the state and the runs of an environment need in HCP Terraform. */
export interface DesiredHcp {
  readonly organization: string;
  /** Absent: the organization's default. */
  readonly project?: string;
  readonly workspaces: readonly DesiredWorkspace[];
}

export type CloudBackend = Extract<BackendConfig, { kind: "cloud" }>;

/** One workspace a stack, the mesh's after the cluster's; states are shared with nobody, for no stack reads another's. */
export function desiredHcp(
  environment: Pick<Environment, "name" | "target">,
  backend: CloudBackend,
  identities: RunIdentities,
): DesiredHcp {
  const names = stackNames(environment);
  const { organization, project, execution } = backend;
  const isElsewhere = execution !== "local";
  const variables = isElsewhere ? runVariables(identities) : {};
  return {
    organization,
    ...(project === undefined ? {} : { project }),
    workspaces: names.map((name, index) => {
      const before = names[index - 1];
      return {
        name,
        execution,
        variables,
        ...(isElsewhere && before !== undefined ? { runsAfter: before } : {}),
      };
    }),
  };
}

/** @see https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials */
function runVariables({
  awsRunRole,
  azureClientId,
  azureTenantId,
  azureSubscriptionId,
}: RunIdentities): Record<string, string> {
  return {
    ...(awsRunRole === undefined ? {} : { TFC_AWS_PROVIDER_AUTH: "true", TFC_AWS_RUN_ROLE_ARN: awsRunRole }),
    ...(azureClientId === undefined
      ? {}
      : { TFC_AZURE_PROVIDER_AUTH: "true", TFC_AZURE_RUN_CLIENT_ID: azureClientId }),
    ...(azureTenantId === undefined ? {} : { ARM_TENANT_ID: azureTenantId }),
    ...(azureSubscriptionId === undefined ? {} : { ARM_SUBSCRIPTION_ID: azureSubscriptionId }),
  };
}
