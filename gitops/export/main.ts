import { join, relative, resolve } from "node:path";
import { MissingChart } from "../../rehearsal/helm/local-charts";
import { finalValues } from "../../rehearsal/render/final-values";
import { renderOptions } from "../../rehearsal/render/render-environment";
import { valueSources } from "../../rehearsal/render/render-stack";
import { runScratchCommand } from "../../rehearsal/render/scratch-command";
import { InputError, synthesize } from "../../rehearsal/render/synthesize";
import { run } from "../../rehearsal/namespace/run-command";
import { readStack } from "../../rehearsal/stack/read-stack";
import { exitStatus } from "../../smoke/exit-status";
import { argoCdFiles } from "./argocd";
import { exportCommand, type ExportCommandOptions } from "./command-line";
import { carriedChart, type Destination, type ExportFile } from "./destination";
import { exportMesh, type ExportedMesh } from "./exported-mesh";
import { fluxFiles } from "./flux";
import { readTerraformState } from "./terraform-state";
import { comment, documentsText, exportMark, writeExport } from "./write-export";

const projectRoot = __PROJECT_ROOT__;

type Controller = "argocd" | "flux";

function controllerOf({ argocd, flux }: ExportCommandOptions): Controller {
  if (argocd === flux) {
    throw new InputError(
      argocd === true
        ? "--argocd and --flux were given; one mesh is installed by one of them"
        : "say for whom: --argocd or --flux",
    );
  }
  return argocd === true ? "argocd" : "flux";
}

/** What stands in place of the address of a repository that nobody named. */
const unknownRepository = "https://git.example.com/name-it-with--repo";

/** The address of the remote origin, without what a person logs in with. */
async function originOf(): Promise<string> {
  try {
    const url = (await run("git", ["remote", "get-url", "origin"], { cwd: projectRoot })).trim();
    return url.replace(/^(https?:\/\/)[^@/]*@/, "$1");
  } catch {
    process.stderr.write(
      `There is no remote origin: the Applications name ${unknownRepository}; say which repository Argo CD reads by --repo <url>.\n`,
    );
    return unknownRepository;
  }
}

async function readMesh(
  name: string,
  scratch: string,
  { state }: ExportCommandOptions,
): Promise<ExportedMesh> {
  const known = state === undefined ? new Map<string, unknown>() : readTerraformState(state);
  const folder = await synthesize({
    environmentName: name,
    projectRoot,
    outputFolder: join(scratch, "cdktf.out"),
    run,
  });
  const stack = readStack(folder);
  const sources = valueSources(stack, await renderOptions(scratch));
  return await exportMesh(stack, (release) =>
    finalValues(release, stack, {
      ...sources,
      lookUp: async (block) => known.get(block.address) ?? (await orUnknown(sources.lookUp(block))),
    }),
  );
}

/** A chart that cannot be had here leaves what is read of it unknown. */
async function orUnknown(value: Promise<unknown>): Promise<unknown> {
  return await value.catch((error: unknown) => {
    if (!(error instanceof MissingChart)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  });
}

function filesOf(
  controller: Controller,
  mesh: ExportedMesh,
  destination: Destination,
): readonly ExportFile[] {
  const namespaces: ExportFile = { name: "namespaces", objects: mesh.namespaces };
  switch (controller) {
    case "argocd":
      return [namespaces, ...argoCdFiles(mesh, destination)];
    case "flux":
      return [namespaces, ...fluxFiles(mesh, destination)];
  }
}

/** What stays with Terraform, for a person. */
function notesOf({ keptByTerraform, madeAfterReleases, unresolved }: ExportedMesh, name: string): string {
  const stack = `cdktf.out/stacks/${name}-mesh`;
  const indented = (addresses: readonly string[]) => addresses.map((address) => `  ${address}`);
  const kept =
    keptByTerraform.length === 0
      ? ["Terraform keeps nothing of this mesh."]
      : [
          `Terraform keeps, in ${stack}:`,
          ...indented(keptByTerraform),
          `Apply just that: terraform -chdir=${stack} apply ${keptByTerraform.map((address) => `-target=${address}`).join(" ")}`,
        ];
  const after =
    madeAfterReleases.length === 0
      ? []
      : [
          "Terraform makes these only with the releases; make them yourself, from the gateway's address:",
          ...indented(madeAfterReleases),
        ];
  const open = unresolved.map(({ release, expression }) => `Known after that: ${expression} (${release})`);
  return [...kept, ...after, ...open].join("\n");
}

async function exportEnvironment(
  name: string,
  scratch: string,
  options: ExportCommandOptions,
): Promise<number> {
  const controller = controllerOf(options);
  const mesh = await readMesh(name, scratch, options);
  const files = filesOf(controller, mesh, {
    environment: name,
    repository: options.repo ?? (controller === "argocd" ? await originOf() : ""),
    revision: options.revision,
    path: (options.path ?? `export/${name}`).replace(/^\.?\/+|\/+$/g, ""),
    cluster: options.cluster,
  });
  const notes = notesOf(mesh, name);
  if (options.stdout === true) {
    const objects = files.flatMap((file) => file.objects);
    process.stdout.write(`${exportMark}\n${comment(notes)}${documentsText(objects)}`);
  } else {
    const folder =
      options.output === undefined
        ? join(projectRoot, "cdktf.out", "export", name, controller)
        : resolve(process.cwd(), options.output);
    const charts = new Map(
      mesh.releases.flatMap(({ block }) => {
        const chart = carriedChart(block);
        return chart === undefined ? [] : [[chart.folder, chart] as const];
      }),
    );
    const shown = relative(process.cwd(), folder);
    for (const file of await writeExport(folder, { files, charts: [...charts.values()], notes }, run)) {
      process.stdout.write(`${join(shown.startsWith("..") ? folder : shown, file)}\n`);
    }
    process.stderr.write(`${notes}\n`);
  }
  if (mesh.unresolved.length === 0) return exitStatus.passed;
  process.stderr.write(
    "Do not install this yet: apply what Terraform keeps, then export again with --state.\n",
  );
  return exitStatus.failed;
}

const command = exportCommand();
void runScratchCommand(command, async (scratch) => {
  const [name = ""] = command.args;
  return await exportEnvironment(name, scratch, command.opts<ExportCommandOptions>());
}).then((status) => {
  process.exitCode = status;
});
