import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";
import { shortHash } from "../../composition/construct-ids";
import { awsProviderId } from "./aws-account";

/**
 * Defines the AWS provider of a stack that takes a role of another account, once for each role.
 *
 * It signs in as the stack's own does, and then takes the role.
 */
export function awsProviderOf(stack: TerraformStack, roleArn: string): AwsProvider {
  const id = `${awsProviderId}-${shortHash(roleArn)}`;
  const existing = stack.node.tryFindChild(id);
  if (existing instanceof AwsProvider) return existing;
  const own = stack.node.tryFindChild(awsProviderId);
  const region = own instanceof AwsProvider ? own.region : undefined;
  return new AwsProvider(stack, id, {
    alias: `role-${shortHash(roleArn)}`,
    ...(region === undefined ? {} : { region }),
    assumeRole: [{ roleArn }],
  });
}
