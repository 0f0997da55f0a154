import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { istioVersionsUpgradableInPlace } from "../../../config/compatibility/compatibility";
import { asLiteral } from "../../../config/literal-text";
import { formatProblem } from "../../../config/reading/problem";
import type { ChartFiles } from "../../../modules/release/chart-library";
import { MeshStack } from "../../../stacks/mesh";
import { parse } from "../environments/environment-files";
import { withApplications } from "../../../synthesis/application-files";
import { readStack } from "./stack-file";
import { MeshJson, type TerraformJson } from "./mesh-json";

/** Chart files that are found wherever they are looked for. */
export const anyChartFiles: ChartFiles = {
  manifestsChart: { path: join(__PROJECT_ROOT__, "charts", "manifests"), hash: "manifests" },
  packagedChart: (_directory, chart, version) => ({
    path: join(__PROJECT_ROOT__, "charts", "manifests", "Chart.yaml"),
    hash: `${chart}-${version}`,
  }),
};

export interface SynthesizeOptions {
  /** @default "lab" */
  readonly name?: string;
  /** @default anyChartFiles */
  readonly chartFiles?: ChartFiles;
}

/**
 * The mesh stack of an environment file, as Terraform reads it.
 *
 * @throws Error with the file's problems, when it has any.
 */
export function synthesizeMesh(text: string, options: SynthesizeOptions = {}): MeshJson {
  return inTemporaryFolder((outdir) => {
    const directory = synthesizeMeshTo(outdir, text, options);
    const json = readStack<TerraformJson>(outdir, `${options.name ?? "lab"}-mesh`);
    const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
    return new MeshJson(json, files);
  });
}

/** Writes the mesh stack of an environment file; returns the stack's folder. */
export function synthesizeMeshTo(outdir: string, text: string, options: SynthesizeOptions = {}): string {
  const { name = "lab", chartFiles = anyChartFiles } = options;
  const parsed = parse(text, `environments/${name}.yaml`);
  if ("problems" in parsed) throw new Error(parsed.problems.map(formatProblem).join("\n"));
  const environment = asLiteral(withApplications(__PROJECT_ROOT__, parsed.environment).environment);
  const app = new App({ outdir, stackTraces: false });
  new MeshStack(app, `${name}-mesh`, {
    environment,
    chartFiles,
    upgradableFrom: istioVersionsUpgradableInPlace,
  });
  app.synth();
  return join(outdir, "stacks", `${name}-mesh`);
}

/** Runs a function with a folder that is removed afterwards. */
export function inTemporaryFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "istio-cdktf-mesh-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
