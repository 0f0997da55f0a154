import type { StackJson } from "../stacks/aks-cluster-stack";

/** What of a stack AWS alone is asked for, and nothing that comes out of it; other providers may not be there. */
export function ofAwsAlone({ terraform, provider, resource, data }: StackJson): object {
  const blocks = (all: StackJson["resource"]) =>
    Object.fromEntries(Object.entries(all).filter(([type]) => type.startsWith("aws_")));
  return {
    terraform: { required_providers: { aws: terraform["required_providers"]["aws"] as object } },
    provider: { aws: provider["aws"] },
    resource: blocks(resource),
    data: blocks(data),
  };
}
