import type { DesiredHcp, RunIdentities } from "./desired";

const phases = ["plan", "apply"] as const;

/** What a workload token of a run names as its subject. */
function subject(
  { organization, project = "Default Project" }: DesiredHcp,
  workspace: string,
  phase: string,
) {
  return `organization:${organization}:project:${project}:workspace:${workspace}:run_phase:${phase}`;
}

/**
 * The trust policy of the role that runs take on in AWS; it names each workspace.
 *
 * @see https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/aws-configuration
 */
export function awsTrustPolicy(host: string, desired: DesiredHcp, roleArn: string): object {
  const [, partition = "aws", account = ""] = /^arn:([^:]+):iam::(\d+):/.exec(roleArn) ?? [];
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${host}` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { [`${host}:aud`]: "aws.workload.identity" },
          StringLike: {
            [`${host}:sub`]: desired.workspaces.map(({ name }) => subject(desired, name, "*")),
          },
        },
      },
    ],
  };
}

/**
 * The commands that let runs be an application of Entra ID: one credential for each workspace and phase, for Entra
 * compares whole subjects.
 *
 * @see https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/azure-configuration
 */
export function azureTrustCommands(host: string, desired: DesiredHcp, clientId: string): readonly string[] {
  return desired.workspaces.flatMap(({ name }) =>
    phases.map((phase) => {
      const credential = {
        name: `${name}-${phase}`,
        issuer: `https://${host}`,
        subject: subject(desired, name, phase),
        audiences: ["api://AzureADTokenExchange"],
      };
      return `az ad app federated-credential create --id ${clientId} --parameters '${JSON.stringify(credential)}'`;
    }),
  );
}

/** All trust that these identities need, as a person reads it. */
export function trustText(host: string, desired: DesiredHcp, identities: RunIdentities): string {
  const { awsRunRole, azureClientId } = identities;
  return [
    ...(awsRunRole === undefined
      ? []
      : [
          `Trust policy of ${awsRunRole} (its account needs the OIDC provider https://${host} with audience aws.workload.identity):`,
          JSON.stringify(awsTrustPolicy(host, desired, awsRunRole), undefined, 2),
        ]),
    ...(azureClientId === undefined
      ? []
      : [
          `Federated credentials of application ${azureClientId}:`,
          ...azureTrustCommands(host, desired, azureClientId),
        ]),
  ].join("\n");
}
