import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { App, type TerraformStack } from "cdktf";
import { MissingChart, readChartFiles } from "./chart-files";
import { istioVersionsUpgradableInPlace } from "./config/compatibility/compatibility";
import type { Environment } from "./config/environment";
import { asLiteral, type Literal } from "./config/literal-text";
import { clusterStackName, meshStackName } from "./config/names";
import { parseEnvironment } from "./config/reading/parse-environment";
import { formatProblem, type Problem } from "./config/reading/problem";
import type { ChartFiles } from "./modules/release/chart-library";
import { selectEnvironments, selectionVariable } from "./config/reading/select-environments";
import { formatMeshRequests } from "./composition/requests";
import { composeMesh } from "./features/compose-mesh";
import { keepUnselectedStacks } from "./manifest-file";
import { AksClusterStack } from "./stacks/aks-cluster";
import { EksClusterStack } from "./stacks/eks-cluster";
import { MeshStack } from "./stacks/mesh";
import { withoutTokenStackTraces } from "./without-token-stack-traces";

const usage = `usage: npm run synth [-- <environment>...]

Writes the Terraform configuration of the environments in environments/, or of those named, to
cdktf.out/stacks/<environment>-{cluster,mesh}. Folders of other environments stay as they are.

Under the cdktf command line, ${selectionVariable}=<environment>,... selects environments.
ISTIO_CDKTF_CHARTS_DIRECTORY=<folder> takes all charts from a folder of packaged charts.

Exit status: 0 written, 2 something is wrong with what was given and nothing was written, 70 a fault of the program.
`;

const directory = "environments";

interface Read {
  readonly environments: readonly Literal<Environment>[];
  readonly problems: readonly Problem[];
}

function readEnvironments(names: readonly string[]): Read {
  const selected = selectEnvironments(readdirSync(join(__PROJECT_ROOT__, directory)), {
    names,
    variable: process.env[selectionVariable],
  });
  if ("problems" in selected) return { environments: [], problems: selected.problems };
  const environments: Literal<Environment>[] = [];
  const problems: Problem[] = [];
  const today = new Date();
  for (const fileName of selected.fileNames) {
    const path = `${directory}/${fileName}`;
    const parsed = parseEnvironment(path, readFileSync(join(__PROJECT_ROOT__, path), "utf8"), { today });
    if ("problems" in parsed) {
      problems.push(...parsed.problems);
    } else {
      problems.push(...parsed.warnings);
      const chartsDirectory = process.env["ISTIO_CDKTF_CHARTS_DIRECTORY"];
      environments.push(asLiteral(withChartsDirectory(parsed.environment, chartsDirectory)));
    }
  }
  return { environments, problems };
}

function withChartsDirectory(environment: Environment, path: string | undefined): Environment {
  if (path === undefined || path === "") return environment;
  return { ...environment, charts: { ...environment.charts, source: { kind: "directory", path } } };
}

/** Defines the stacks of one environment: the cluster's, unless it exists already, and the mesh's on top of it. */
function buildStacks(app: App, environment: Literal<Environment>, chartFiles: ChartFiles): void {
  const cluster = buildClusterStack(app, environment);
  const mesh = new MeshStack(app, meshStackName(environment.name), {
    environment,
    chartFiles,
    upgradableFrom: istioVersionsUpgradableInPlace(environment.mesh.istioVersion),
  });
  if (cluster !== undefined) mesh.addDependency(cluster);
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

function main(names: readonly string[]): number {
  if (names.includes("--help")) {
    process.stdout.write(usage);
    return 0;
  }
  const { environments, problems } = readEnvironments(names);
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  if (problems.some(({ severity }) => severity === "error")) {
    process.stderr.write("Nothing was written.\n");
    return 2;
  }
  for (const environment of environments) {
    process.stdout.write(`${environment.name}: ${formatMeshRequests(composeMesh(environment).requests)}\n`);
  }
  const outdir = process.env["CDKTF_OUTDIR"] ?? join(__PROJECT_ROOT__, "cdktf.out");
  try {
    withoutTokenStackTraces(() => synthesize(outdir, environments));
    return 0;
  } catch (error) {
    // Anything else is a fault, which run.mjs reports as one.
    if (!(error instanceof MissingChart) && !isOfFileSystem(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

function isOfFileSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "path" in error;
}

function synthesize(outdir: string, environments: readonly Literal<Environment>[]): void {
  // Stack traces would put this machine's paths into the output.
  const app = new App({ outdir, stackTraces: false });
  const chartFiles = readChartFiles(__PROJECT_ROOT__);
  for (const environment of environments) buildStacks(app, environment, chartFiles);
  keepUnselectedStacks(outdir, () => app.synth());
}

process.exitCode = main(process.argv.slice(2));
