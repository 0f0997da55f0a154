import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { App, type TerraformStack } from "cdktf";
import { MissingChart, readChartFiles } from "./synthesis/chart-files";
import { istioVersionsUpgradableInPlace } from "./config/compatibility/compatibility";
import type { Environment } from "./config/environment";
import type { Literal } from "./config/literal-text";
import { clusterStackName, linkStackName, meshStackName } from "./config/names";
import {
  explainEnvironment,
  formatExplanation,
  type EnvironmentSource,
} from "./config/reading/explain-environment";
import { formatProblem, printable, type Problem } from "./config/reading/problem";
import type { ChartFiles } from "./modules/release/chart-library";
import { selectionVariable } from "./config/reading/select-environments";
import { formatMeshRequests } from "./composition/requests";
import { composeMesh } from "./features/compose-mesh";
import { replaceDeprecatedIsArray } from "./synthesis/around-cdktf/is-array";
import { writeManifest } from "./synthesis/around-cdktf/manifest-file";
import { chartsDirectoryVariable, type LinkedMesh, readEnvironments } from "./synthesis/read-environments";
import { AksClusterStack } from "./stacks/aks-cluster";
import { EksClusterStack } from "./stacks/eks-cluster";
import { LinkStack } from "./stacks/link";
import { MeshStack } from "./stacks/mesh";
import { withoutTokenStackTraces } from "./synthesis/around-cdktf/without-token-stack-traces";

const usage = `usage: npm run synth [-- <environment>... [--explain]]

Writes the Terraform configuration of the environments in environments/, or of those named, to
cdktf.out/stacks/<environment>-{cluster,mesh}. Folders of other environments stay as they are. The name of a file in
meshes/ stands for its members; with all of them goes <mesh>-link, which joins their clusters.

--explain writes nothing: it prints every key of the environments with its value and where that comes from, the
file with its line, mesh.profile, mesh.size, or a default.

Under the cdktf command line, ${selectionVariable}=<environment>,... selects environments.
${chartsDirectoryVariable}=<folder> takes all charts from a folder of packaged charts.

Exit status: 0 written or explained, 2 something is wrong with what was given and nothing was written, 70 a fault of the program.
`;

// Nobody reads more, and a terminal keeps no more.
const mostProblems = 200;

/** Prints problems in the order of the files; of very many the first errors. */
function printProblems(problems: readonly Problem[]): void {
  const errors = problems.filter(({ severity }) => severity === "error");
  const shown = (errors.length > mostProblems ? errors : problems).slice(0, mostProblems);
  for (const problem of shown) process.stderr.write(`${formatProblem(problem)}\n`);
  if (shown.length < problems.length) process.stderr.write(`and ${problems.length - shown.length} more\n`);
}

/** Defines the stacks of one environment: the cluster's, unless it exists already, and the mesh's on top of it. */
function buildStacks(app: App, environment: Literal<Environment>, chartFiles: ChartFiles): TerraformStack {
  const cluster = buildClusterStack(app, environment);
  const mesh = new MeshStack(app, meshStackName(environment.name), {
    environment,
    chartFiles,
    upgradableFrom: istioVersionsUpgradableInPlace,
  });
  if (cluster !== undefined) mesh.addDependency(cluster);
  return mesh;
}

function buildClusterStack(app: App, environment: Literal<Environment>): TerraformStack | undefined {
  const { target } = environment;
  const id = clusterStackName(environment.name);
  switch (target.kind) {
    case "azure":
      return new AksClusterStack(app, id, { environment: { ...environment, target } });
    case "aws":
      return new EksClusterStack(app, id, { environment: { ...environment, target } });
    case "existing":
      return undefined;
  }
}

function main(given: readonly string[]): number {
  if (given.includes("--help")) {
    process.stdout.write(usage);
    return 0;
  }
  const names = given.filter((name) => name !== "--explain");
  const option = names.find((name) => name.startsWith("-"));
  if (option !== undefined) {
    process.stderr.write(`there is no option ${printable(option)}\n${usage}`);
    return 2;
  }
  const { environments, sources, meshes, problems } = readEnvironments({
    projectRoot: __PROJECT_ROOT__,
    selection: { names, variable: process.env[selectionVariable] },
    chartsDirectory: process.env[chartsDirectoryVariable],
  });
  printProblems(problems);
  if (problems.some(({ severity }) => severity === "error")) {
    process.stderr.write("Nothing was written.\n");
    return 2;
  }
  if (given.includes("--explain")) {
    const explained = (source: EnvironmentSource) =>
      `# ${source.fileName}\n${formatExplanation(explainEnvironment(source))}`;
    process.stdout.write(sources.map(explained).join("\n"));
    return 0;
  }
  for (const environment of environments) {
    process.stdout.write(`${environment.name}: ${formatMeshRequests(composeMesh(environment).requests)}\n`);
  }
  const outdir = process.env["CDKTF_OUTDIR"] ?? join(__PROJECT_ROOT__, "cdktf.out");
  try {
    withoutTokenStackTraces(() => synthesize(outdir, environments, meshes));
    return 0;
  } catch (error) {
    // Anything else is a fault, which run.mjs reports as one.
    if (!(error instanceof MissingChart) && !isOfFileSystem(error)) throw error;
    process.stderr.write(`${printable(error.message)}\n`);
    return 2;
  }
}

function isOfFileSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "path" in error;
}

function synthesize(
  outdir: string,
  environments: readonly Literal<Environment>[],
  meshes: readonly LinkedMesh[],
): void {
  // cdktf fails where another synthesis makes a folder in between its look and its own making.
  mkdirSync(join(outdir, "stacks"), { recursive: true });
  // Stack traces would put this machine's paths into the output.
  const app = new App({ outdir, stackTraces: false });
  const chartFiles = readChartFiles(__PROJECT_ROOT__);
  const ofEnvironments = new Map(
    environments.map((environment) => [environment.name, buildStacks(app, environment, chartFiles)]),
  );
  for (const { mesh, members } of meshes) {
    const link = new LinkStack(app, linkStackName(mesh.name), { mesh, members });
    for (const { name } of members) {
      const stack = ofEnvironments.get(name);
      if (stack !== undefined) link.addDependency(stack);
    }
  }
  for (const { id } of app.node.children.map(({ node }) => node)) {
    mkdirSync(join(outdir, "stacks", id), { recursive: true });
  }
  app.manifest.writeToFile = () => writeManifest(outdir, app.manifest.buildManifest());
  app.synth();
}

replaceDeprecatedIsArray();
process.exitCode = main(process.argv.slice(2));
