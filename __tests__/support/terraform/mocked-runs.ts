import type { StackJson } from "../stacks/aks-cluster-stack";
import type { Workspace } from "./terraform";
import { awsWorkspace, previousAwsVersion, withAwsVersion } from "./aws-workspace";

/** A workspace with one of the AWS providers that the stacks take, and the stacks as that one needs them. */
export interface MockedWorkspace extends Workspace {
  readonly pinned: (stack: StackJson) => StackJson;
}

/** A workspace with the pinned provider, else with the one before; or the reason why there is none. */
export function mockedWorkspace(stack: StackJson): MockedWorkspace | { readonly missing: string } {
  const newest = awsWorkspace(stack);
  if ("run" in newest) return { ...newest, pinned: (one) => one };
  const pinned = (one: StackJson) => withAwsVersion(one, previousAwsVersion);
  const previous = awsWorkspace(pinned(stack));
  return "run" in previous ? { ...previous, pinned } : previous;
}

/** One run of `terraform test`, in which every provider is a mock. */
export interface MockedRun {
  readonly command: "plan" | "apply";
  /** What data sources read, by their addresses; the rest is made up. */
  readonly reads: Readonly<Record<string, object>>;
  /** Addresses of what must refuse. @default none */
  readonly refusedBy?: readonly string[];
  /** Conditions that hold afterwards. @default none */
  readonly holds?: readonly string[];
}

/** Runs each on its own state; gives the names of those that went as they should, and what was said of the others. */
export function mockedResults(
  workspace: MockedWorkspace,
  stack: StackJson,
  runs: Readonly<Record<string, MockedRun>>,
): { readonly passed: readonly string[]; readonly output: string } {
  const files = Object.entries(runs).map(([name, { command, reads, refusedBy = [], holds = [] }]) => {
    const run = {
      command,
      override_data: Object.entries(reads).map(([target, values]) => ({ target, values })),
      assert: holds.map((condition) => ({ condition: `\${${condition}}`, error_message: condition })),
      ...(refusedBy.length > 0 && { expect_failures: refusedBy }),
    };
    return [name, { mock_provider: { aws: {}, helm: {}, kubernetes: {} }, run: { [name]: run } }];
  });
  workspace.write(workspace.pinned(stack), Object.fromEntries(files) as Record<string, object>);
  const { stdout, stderr } = workspace.run("test", "-no-color");
  const passed = [...stdout.matchAll(/^\s*run "([^"]+)"\.\.\. pass$/gm)].map(([, name]) => name ?? "");
  return { passed, output: `${stdout}${stderr}` };
}

/** Address of the only block of a type, `data.` in front for a data source, whose name contains `part`. */
export function addressIn(stack: StackJson, type: string, part = ""): string {
  const blocks = type.startsWith("data.") ? stack.data[type.slice("data.".length)] : stack.resource[type];
  const [name, another] = Object.keys(blocks ?? {}).filter((one) => one.includes(part));
  if (name === undefined || another !== undefined) throw new Error(`${type}: not one name has '${part}'`);
  return `${type}.${name}`;
}
