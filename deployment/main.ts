import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Argument, Command, CommanderError } from "commander";
import { exitStatus } from "../smoke/exit-status";
import { isUnchanged, type PlannedStack, summaryOf, summaryText } from "./plan-summary";
import { orderedStacks, type StackFolder } from "./stacks";
import { findTerraform, MissingTerraform, Terraform } from "./terraform";

type Action = "plan" | "deploy" | "destroy";

interface Options {
  readonly autoApprove?: true;
  readonly changes: boolean;
  readonly migrateState?: true;
  readonly summary?: string;
}

const descriptions: Readonly<Record<Action, string>> = {
  plan: "Shows what a deployment would change, stack by stack.",
  deploy:
    "Writes the stacks of environments and applies them with Terraform or OpenTofu: a cluster before its mesh.",
  destroy:
    "Destroys the stacks of environments: a mesh before its cluster, so that no load balancer is left.",
};

const notes = `
Exit status: 0 done, 1 Terraform failed, or --no-changes was given and there are changes, 2 wrong usage or an invalid
environment, 3 interrupted.

TERRAFORM_BINARY_NAME names Terraform or OpenTofu; otherwise terraform, or else tofu, of the PATH.`;

function commandOf(action: Action): Command {
  const command = new Command(`npm run ${action} --`)
    .description(descriptions[action])
    .addArgument(
      new Argument(
        "<environment...>",
        "names of files in environments/, without .yaml; that of a file in meshes/ for all members and their link",
      ),
    )
    .addHelpText("after", notes)
    .exitOverride();
  if (action === "plan") {
    return command
      .option("--no-changes", "fail where there are changes: what is deployed is not what the file says")
      .option(
        "--migrate-state",
        "first copy the states from the backend that the file named before; once, where they were used last",
      )
      .option("--summary <file>", "write the number of changes and what they concern there, as Markdown");
  }
  return command.option("--auto-approve", "do not ask; needed where nobody can answer");
}

async function planAll(
  terraform: Terraform,
  stacks: readonly StackFolder[],
  { summary, changes, migrateState }: Options,
): Promise<number> {
  const scratch = mkdtempSync(join(tmpdir(), "istio-cdktf-plan-"));
  const planned: PlannedStack[] = [];
  let status: number = exitStatus.passed;
  try {
    for (const stack of stacks) {
      const above = planned.find(({ name, isNew }) => isNew && stack.dependencies.includes(name));
      if (above !== undefined) {
        const reason = `it stands on ${above.name}, which has not been applied`;
        process.stdout.write(`\n== ${stack.name}: no plan, for ${reason}\n`);
        planned.push({ name: stack.name, isNew: true, notPlanned: reason, changes: [], outputs: [] });
        continue;
      }
      process.stdout.write(`\n== ${stack.name}\n`);
      const file = join(scratch, `${stack.name}.plan`);
      const args = ["plan", "-input=false", `-out=${file}`];
      if (!(await terraform.succeeds(stack.folder, args, { migrateState: migrateState === true }))) {
        status = exitStatus.failed;
        break;
      }
      planned.push(summaryOf(stack.name, await terraform.showPlan(stack.folder, file)));
    }
    if (summary !== undefined) writeFileSync(summary, summaryText(planned));
  } finally {
    // A plan holds what a state holds.
    rmSync(scratch, { recursive: true, force: true });
  }
  const differing = planned.filter((stack) => !isUnchanged(stack));
  if (status === exitStatus.passed && !changes && differing.length > 0) {
    process.stderr.write(`Changes in ${differing.map(({ name }) => name).join(", ")}.\n`);
    return exitStatus.failed;
  }
  return status;
}

/** Applies or destroys stack by stack; what stands on one that failed is left alone. */
async function runAll(
  terraform: Terraform,
  command: "apply" | "destroy",
  stacks: readonly StackFolder[],
  { autoApprove }: Options,
): Promise<number> {
  const args = [command, ...(autoApprove === true ? ["-auto-approve", "-input=false"] : [])];
  for (const { name, folder } of stacks) {
    process.stdout.write(`\n== ${name}\n`);
    if (await terraform.succeeds(folder, args)) continue;
    if (command === "apply" && !terraform.interrupted) {
      process.stderr.write(
        "Where Terraform says that something is there already, or in use: an apply was cut off before, and docs/day-2.md has the way out.\n",
      );
    }
    return exitStatus.failed;
  }
  return exitStatus.passed;
}

async function main(action: Action): Promise<number> {
  const command = commandOf(action);
  try {
    command.parse([process.argv[0] ?? "", process.argv[1] ?? "", ...process.argv.slice(3)]);
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitStatus.passed : exitStatus.wrongInput;
    throw error;
  }
  const environments = command.args;
  const options = command.opts<Options>();
  const asks = action !== "plan" && options.autoApprove !== true;
  if (asks && !process.stdin.isTTY) {
    process.stderr.write(
      `Terraform asks before it changes anything, and here nobody can answer. Read the plan (npm run plan -- ${environments.join(" ")}), then add --auto-approve.\n`,
    );
    return exitStatus.wrongInput;
  }
  const terraform = new Terraform(await findTerraform(process.env));
  const synthesized = await terraform.inherit(process.execPath, ["run.mjs", "main.ts", ...environments]);
  if (synthesized !== 0) return terraform.interrupted ? exitStatus.timeRanOut : synthesized;
  const output = process.env["CDKTF_OUTDIR"] ?? join(__PROJECT_ROOT__, "cdktf.out");
  const stacks = orderedStacks(output, environments);
  const status = await runStacks(action, terraform, stacks, options);
  if (terraform.interrupted) return exitStatus.timeRanOut;
  if (action === "deploy" && status === exitStatus.passed) {
    const proofs = stacks
      .flatMap(({ name }) => /^(.+)-mesh$/.exec(name)?.slice(1) ?? [])
      .map((name) => `npm run smoke -- ${name}`);
    process.stdout.write(`\nDeployed. Is it serving? ${proofs.join("; ")}\n`);
  }
  return status;
}

function runStacks(
  action: Action,
  terraform: Terraform,
  stacks: readonly StackFolder[],
  options: Options,
): Promise<number> {
  switch (action) {
    case "plan":
      return planAll(terraform, stacks, options);
    case "deploy":
      return runAll(terraform, "apply", stacks, options);
    case "destroy":
      return runAll(terraform, "destroy", [...stacks].reverse(), options);
  }
}

main(process.argv[2] as Action).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    if (!(error instanceof MissingTerraform)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = exitStatus.wrongInput;
  },
);
