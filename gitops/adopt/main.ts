import { rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Command } from "commander";
import { z } from "zod";
import { type ClusterPrograms, keptReleases, NoAnswer } from "../drift/cluster-side";
import { clusterPrograms, contextOf } from "../drift/programs";
import { CommandError, run } from "../../rehearsal/namespace/run-command";
import { renderOptions } from "../../rehearsal/render/render-environment";
import { runScratchCommand } from "../../rehearsal/render/scratch-command";
import { synthesize } from "../../rehearsal/render/synthesize";
import { readStack } from "../../rehearsal/stack/read-stack";
import { exitStatus } from "../../smoke/exit-status";
import { type Found, importsJson, overrideJson, ownershipLabel, planAdoption } from "./plan-adoption";

interface AdoptOptions {
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly label?: true;
  readonly remove?: true;
}

const importsFile = "adopt.tf.json";
const overrideFile = "adopt_override.tf.json";

const command = new Command("npm run adopt --")
  .description(
    "Prepares a mesh stack to take over an Istio that Helm or istioctl installed, without reinstalling it.",
  )
  .argument("<environment>", "name of a file in environments/")
  .option("--context <name>", "context of the kubeconfig (default: the environment's, else the current one)")
  .option("--kubeconfig <file>", "kubeconfig (default: KUBECONFIG, or ~/.kube/config)")
  .option("--label", "label istiod as this environment's, which a plan asks for")
  .option("--remove", "remove what this command wrote, once it has been applied")
  .addHelpText(
    "after",
    `
It writes import blocks beside the stack, in cdktf.out/stacks/<environment>-mesh/${importsFile}, for Helm's releases and
for namespaces that bear the names of the stack's; where istioctl installed istiod, ${overrideFile}, too, by which
releases take over the objects that are there. Then npm run plan -- <environment> shows what would change: read that
nothing is destroyed, and deploy.

Exit status: 0 written, 1 there is nothing to take over, 2 wrong usage or an invalid environment file, 3 the cluster did
not answer.`,
  );

const namespaceList = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });
const deployment = z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }) });

function kubectl({ kubectl: program, environment, context }: ClusterPrograms, args: readonly string[]) {
  return run(program, [...(context === undefined ? [] : ["--context", context]), ...args], { environment });
}

async function look(programs: ClusterPrograms): Promise<Found> {
  const releases = await keptReleases(programs);
  const namespaces = namespaceList.parse(
    JSON.parse(await kubectl(programs, ["get", "namespaces", "--output", "json"])),
  );
  const istiod = ["get", "deployment", "istiod", "--namespace", "istio-system", "--output", "json"];
  const found = await kubectl(programs, istiod).catch((error: unknown) => {
    if (error instanceof CommandError && error.stderr.includes("NotFound")) return undefined;
    throw error;
  });
  return {
    releases,
    namespaces: namespaces.items.map(({ metadata }) => metadata.name),
    istiodLabels: found === undefined ? undefined : deployment.parse(JSON.parse(found)).metadata.labels,
  };
}

async function adopt(name: string, scratch: string, options: AdoptOptions): Promise<number> {
  const outputFolder = process.env["CDKTF_OUTDIR"] ?? join(__PROJECT_ROOT__, "cdktf.out");
  const folder = await synthesize({
    environmentName: name,
    projectRoot: __PROJECT_ROOT__,
    outputFolder,
    run,
  });
  const shown = (file: string) => relative(process.cwd(), join(folder, file));
  for (const file of [importsFile, overrideFile]) rmSync(join(folder, file), { force: true });
  if (options.remove === true) return exitStatus.passed;
  const { helm } = await renderOptions(scratch);
  const programs = await clusterPrograms(options.context ?? contextOf(name), helm, options.kubeconfig);
  try {
    const adoption = planAdoption(name, readStack(folder).blocks, await look(programs));
    if (adoption.imports.length === 0 && adoption.takeOwnership.length === 0) {
      process.stderr.write(
        "There is nothing to take over: neither Helm's releases, nor namespaces, nor an istiod of the stack's names.\n",
      );
      return exitStatus.failed;
    }
    writeFileSync(join(folder, importsFile), `${JSON.stringify(importsJson(adoption), null, 2)}\n`);
    process.stdout.write(`${shown(importsFile)}\n`);
    for (const { to, id } of adoption.imports) process.stderr.write(`  ${to} is ${id}\n`);
    const override = overrideJson(adoption);
    if (override !== undefined) {
      writeFileSync(join(folder, overrideFile), `${JSON.stringify(override, null, 2)}\n`);
      process.stdout.write(`${shown(overrideFile)}\n`);
    }
    if (adoption.labelsIstiod) {
      const label = [
        "label",
        "deployment",
        "istiod",
        "--namespace",
        "istio-system",
        `${ownershipLabel}=${name}`,
        "--overwrite",
      ];
      if (options.label === true) await kubectl(programs, label);
      else
        process.stderr.write(`Before the plan: kubectl ${label.join(" ")}, or this command with --label\n`);
    }
    process.stderr.write(
      `Then: npm run plan -- ${name}, and where nothing is destroyed npm run deploy -- ${name}\n`,
    );
    return exitStatus.passed;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    process.stderr.write(`The cluster did not answer: ${error.message}\n`);
    return exitStatus.timeRanOut;
  }
}

void runScratchCommand(command, async (scratch) => {
  const [name = ""] = command.args;
  return await adopt(name, scratch, command.opts<AdoptOptions>());
}).then((status) => {
  process.exitCode = status;
});
