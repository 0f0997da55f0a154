import type { App } from "cdktf";
import type { Environment } from "../config/environment";
import type { ChartFiles } from "../modules/chart-library";
import { MeshStack } from "./mesh";

/** Defines the stacks of one environment: the cluster's, unless it exists already, and the mesh's on top of it. */
export function buildStacks(app: App, environment: Environment, chartFiles: ChartFiles): void {
  const mesh = new MeshStack(app, `${environment.name}-mesh`, {
    environment,
    chartFiles,
    upgradableFrom: ["1.30", "1.31"],
  });
  void mesh;
}
