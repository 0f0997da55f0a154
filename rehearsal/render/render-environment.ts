import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { findHelm } from "../helm/find-helm";
import { packageKeptChart } from "../helm/kept-charts";
import { LocalCharts } from "../helm/local-charts";
import { isReachable } from "../helm/reachable";
import { run } from "../namespace/run-command";
import { cacheFolder } from "../programs/cache";
import { findProgram, type ProgramPlaces } from "../programs/find-program";
import { readStack } from "../stack/read-stack";
import { Evaluator } from "../terraform/evaluate";
import { type Rendering, type RenderOptions, renderStack } from "./render-stack";
import { synthesize } from "./synthesize";

/** Where this command finds its programs. */
export const places: ProgramPlaces = {
  environment: process.env,
  cache: cacheFolder(process.env),
  toolsFolder: join(__PROJECT_ROOT__, "rehearsal", "tools"),
};

/** What renders charts on this machine; `scratch` is a folder for what lies beside. */
export async function renderOptions(scratch: string): Promise<RenderOptions> {
  const cached = async () => (await findProgram("helm", places))?.path;
  const helm = await findHelm({ environment: process.env, run, cached });
  const terraform = (await findProgram("terraform", places))?.path;
  const charts = new LocalCharts({
    helm,
    run,
    folder: join(places.cache, "charts"),
    packaged: (name, version) => {
      const target = join(scratch, "kept-charts");
      return packageKeptChart({ name, version }, { helm, run, target, places, anyVersion: false });
    },
    isReachable,
  });
  return {
    helm,
    run,
    folder: join(scratch, "values"),
    charts,
    evaluator: terraform === undefined ? undefined : new Evaluator(terraform, run, process.env),
  };
}

/** The Kubernetes version that an environment file names; the file is known to be valid. */
function kubernetesVersionOf(sources: string, name: string): string | undefined {
  const text = readFileSync(join(sources, "environments", `${name}.yaml`), "utf8");
  return (parse(text) as { target?: { kubernetesVersion?: string } }).target?.kubernetesVersion;
}

/** Renders an environment of the project in `sources`: all of its releases, or those of which `only` is true. */
export async function renderEnvironment(
  name: string,
  sources: string,
  scratch: string,
  options: RenderOptions,
  only: (release: string) => boolean = () => true,
): Promise<Rendering> {
  const outputFolder = join(scratch, "cdktf.out");
  const folder = await synthesize({ environmentName: name, projectRoot: sources, outputFolder, run });
  const kubernetesVersion = kubernetesVersionOf(sources, name);
  const stack = readStack(folder);
  const blocks = stack.blocks.filter((block) => block.kind !== "release" || only(block.name));
  return await renderStack(
    { ...stack, blocks },
    {
      ...options,
      ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
    },
  );
}
