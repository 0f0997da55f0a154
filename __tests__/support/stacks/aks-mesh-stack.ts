import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { parse } from "yaml";
import { readChartFiles } from "../../../synthesis/chart-files";
import type { Environment } from "../../../config/environment";
import { asLiteral } from "../../../config/literal-text";
import { MeshStack } from "../../../stacks/mesh";
import { readStack } from "./stack-file";
import type { StackJson } from "./aks-cluster-stack";

/** The configuration of a mesh stack that Terraform would read. */
export function synthMeshStack(environment: Environment): StackJson {
  const outdir = mkdtempSync(join(tmpdir(), "istio-cdktf-aks-"));
  try {
    const app = new App({ outdir, stackTraces: false });
    const id = `${environment.name}-mesh`;
    new MeshStack(app, id, {
      environment: asLiteral(environment),
      chartFiles: readChartFiles(__PROJECT_ROOT__),
      upgradableFrom: () => ["1.30", "1.31"],
    });
    app.synth();
    return readStack(outdir, id);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Values of the release of that name. */
export function valuesOf(stack: StackJson, releaseName: string) {
  const release = Object.values(stack.resource["helm_release"] ?? {}).find(
    ({ name }) => name === releaseName,
  );
  if (release === undefined) throw new Error(`no release is called ${releaseName}`);
  return parse((release["values"] as string[]).join("\n"));
}
