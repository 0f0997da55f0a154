import { readdirSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { istioVersionsUpgradableInPlace } from "../../../config/compatibility/compatibility";
import type { Environment } from "../../../config/environment";
import { asLiteral } from "../../../config/literal-text";
import { clusterStackName, meshStackName } from "../../../config/names";
import type { ChartFiles } from "../../../modules/release/chart-library";
import { AksClusterStack } from "../../../stacks/aks-cluster";
import { EksClusterStack } from "../../../stacks/eks-cluster";
import { MeshStack } from "../../../stacks/mesh";
import { withApplications } from "../../../synthesis/application-files";
import { withoutTokenStackTraces } from "../../../synthesis/around-cdktf/without-token-stack-traces";
import { readStack } from "./stack-file";
import { anyChartFiles, inTemporaryFolder } from "./synthesize-mesh";

/** Every stack of an environment as Terraform reads it, by its name. */
export function synthesizedStacks(
  environment: Environment,
  chartFiles: ChartFiles = anyChartFiles,
): Readonly<Record<string, unknown>> {
  return inTemporaryFolder((outdir) => {
    const app = new App({ outdir, stackTraces: false });
    defineStacks(app, environment, chartFiles);
    app.synth();
    return Object.fromEntries(
      readdirSync(join(outdir, "stacks")).map((name) => [name, readStack<unknown>(outdir, name)]),
    );
  });
}

/** The same, without writing anything: for thousands of environments in one process. */
export function stacksInMemory(environment: Environment): Readonly<Record<string, unknown>> {
  return withoutTokenStackTraces(() =>
    forgettingTokens((outdir) => {
      const app = new App({ outdir, stackTraces: false });
      defineStacks(app, environment, anyChartFiles);
      const stacks = app.node.children.filter(TerraformStack.isStack);
      for (const stack of stacks) stack.prepareStack();
      return Object.fromEntries(stacks.map((stack) => [stack.node.id, stack.toTerraform() as unknown]));
    }),
  );
}

/** cdktf keeps every token for as long as the process lives, and with it the whole stack. */
function forgettingTokens<T>(define: (outdir: string) => T): T {
  const maps = globalThis as unknown as { __cdktfTokenMap?: Record<string, Map<unknown, unknown> | number> };
  const kept = Object.values(maps.__cdktfTokenMap ?? {}).flatMap((map) =>
    map instanceof Map ? [{ map, keys: new Set(map.keys()) }] : [],
  );
  try {
    // cdktf makes this folder, and nothing in it until a synthesis.
    return inTemporaryFolder(define);
  } finally {
    for (const { map, keys } of kept) {
      for (const key of map.keys()) if (!keys.has(key)) map.delete(key);
    }
  }
}

function defineStacks(app: App, plain: Environment, chartFiles: ChartFiles): void {
  const environment = asLiteral(withApplications(__PROJECT_ROOT__, plain).environment);
  const { target } = environment;
  const id = clusterStackName(environment.name);
  switch (target.kind) {
    case "aws":
      new EksClusterStack(app, id, { environment: { ...environment, target } });
      break;
    case "azure":
      new AksClusterStack(app, id, { environment: { ...environment, target } });
      break;
    case "existing":
      break;
  }
  const upgradableFrom = istioVersionsUpgradableInPlace;
  new MeshStack(app, meshStackName(environment.name), { environment, chartFiles, upgradableFrom });
}
