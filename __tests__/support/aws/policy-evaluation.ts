/** A call to AWS as IAM sees it. */
export interface AwsCall {
  /** Such as `ec2:CreateVpc`. */
  readonly action: string;
  /** ARNs that the call names, all of which must be allowed; `*` where it names none. */
  readonly resources: readonly string[];
}

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** Statements of a policy that only allows. */
export function statementsOf(policy: string): readonly Statement[] {
  return (JSON.parse(policy) as { readonly Statement: readonly Statement[] }).Statement;
}

/** Whether a policy allows a call by its actions and resources; conditions are taken as met. */
export function allows(policy: string, { action, resources }: AwsCall): boolean {
  const candidates = statementsOf(policy).filter(({ Action }) => Action.includes(action));
  return resources.every((resource) =>
    candidates.some(({ Resource }) => Resource.some((pattern) => matches(pattern, resource))),
  );
}

function matches(pattern: string, resource: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`).test(resource);
}

/** The policy without an action. */
export function without(policy: string, removed: string): string {
  const document = JSON.parse(policy) as { readonly Statement: readonly Statement[] };
  const Statement = document.Statement.map((statement) => ({
    ...statement,
    Action: statement.Action.filter((action) => action !== removed),
  }));
  return JSON.stringify({ ...document, Statement });
}
