import { Command } from "commander";
import { join } from "node:path";
import { run } from "../../rehearsal/namespace/run-command";
import { renderOptions } from "../../rehearsal/render/render-environment";
import { describe, runScratchCommand } from "../../rehearsal/render/scratch-command";
import { InputError } from "../../rehearsal/render/synthesize";
import { exitStatus } from "../../smoke/exit-status";
import { makeBill } from "../bill/make-bill";
import { findRegistryTool } from "../registry-tool";
import { copies, mirrorKeys } from "./copies";
import { copyWithoutMirror } from "./upstream-project";

const command = new Command("npm run mirror --")
  .description(
    "Prints the commands that copy the charts and images of an environment to a registry, or runs them.",
  )
  .argument("<environment>", "name of a file in environments/")
  .requiredOption("--to <registry>", "host and path, such as registry.example.com/mirror")
  .option("--run", "run them, with crane, skopeo or oras, the first that is on the PATH")
  .addHelpText(
    "after",
    `
What is copied comes from the projects' own registries, whatever mirror the file names already. Log in before, with the
tool itself. Afterwards set the keys that are printed last; npm run bill-of-materials -- <environment> --only-from
<registry> then proves that nothing else is asked for. Terraform's own command mirrors providers:
terraform -chdir=<stack> providers mirror <folder>.

Exit status: 0 printed or copied, 1 something could not be, 2 wrong usage or an invalid environment file.`,
  );

const registryPattern = /^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._/-]+)?$/;

async function mirror(name: string, scratch: string, to: string, runs: boolean): Promise<number> {
  const registry = to.replace(/\/$/, "");
  if (!registryPattern.test(registry)) {
    throw new InputError(
      `--to ${to}: want host and path without a scheme, such as registry.example.com/mirror`,
    );
  }
  const found = await findRegistryTool(process.env);
  if (runs && found === undefined) {
    throw new InputError(
      "--run needs crane, skopeo or oras on the PATH; without it the commands are printed",
    );
  }
  const sources = join(scratch, "project");
  copyWithoutMirror(__PROJECT_ROOT__, name, sources);
  const { bill, failures } = await makeBill(name, sources, scratch, runs);
  const { helm } = await renderOptions(scratch);
  const tools = {
    tool: found ?? "crane",
    helm: runs ? helm : "helm",
    scratch: runs ? scratch : ".",
  } as const;
  let failed = failures.length;
  for (const { what, commands } of copies(bill, registry, tools)) {
    for (const [program = "", ...args] of commands) {
      process.stdout.write(`${[program, ...args].join(" ")}\n`);
      if (!runs) continue;
      try {
        await run(program, args);
      } catch (error) {
        process.stderr.write(`Not copied: ${what}: ${describe(error)}\n`);
        failed += 1;
        break;
      }
    }
  }
  for (const { release, error } of failures) {
    process.stderr.write(`Images not known: ${release}: ${describe(error)}\n`);
  }
  process.stderr.write(`\nThen, in environments/${name}.yaml:\n${mirrorKeys(registry)}`);
  return failed === 0 ? exitStatus.passed : exitStatus.failed;
}

void runScratchCommand(command, async (scratch) => {
  const [name = ""] = command.args;
  const { to, run: runs } = command.opts<{ readonly to: string; readonly run?: true }>();
  return await mirror(name, scratch, to, runs === true);
}).then((status) => {
  process.exitCode = status;
});
