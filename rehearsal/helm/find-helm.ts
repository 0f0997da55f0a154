import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { RunCommand } from "../terraform/evaluate";

/** Where Helm may be. */
export interface HelmPlaces {
  readonly environment: NodeJS.ProcessEnv;
  readonly run: RunCommand;
  /** The Helm that rehearsals keep, where there is one. */
  readonly cached: () => Promise<string | undefined>;
}

/** The variable that names a Helm program. */
export const helmVariable = "HELM";

// The helm provider has the engine of 3.18; Helm 4 renders and waits in other ways.
const fitting = /^v3\.(1[89]|[2-9]\d)\./;

/**
 * Finds Helm: the variable HELM, a version that fits on the PATH, the rehearsal's own.
 *
 * @throws Error saying what was found and what to do
 */
export async function findHelm({ environment, run, cached }: HelmPlaces): Promise<string> {
  const named = environment[helmVariable];
  if (named !== undefined && named !== "") {
    if (!isExecutable(named)) throw new Error(`${helmVariable} names ${named}, which is no program`);
    const version = await versionOf(named, run);
    if (fitting.test(version)) return named;
    throw new Error(
      `${helmVariable} names Helm ${version}; 3.18 or a later 3.x is needed, as in the helm provider`,
    );
  }
  const passedOver: string[] = [];
  for (const folder of (environment["PATH"] ?? "").split(delimiter).filter((entry) => entry !== "")) {
    const path = join(folder, "helm");
    if (!isExecutable(path)) continue;
    const version = await versionOf(path, run).catch(() => "of an unknown version");
    if (fitting.test(version)) return path;
    passedOver.push(`${path} is ${version}`);
  }
  const kept = await cached();
  if (kept !== undefined) return kept;
  const found = passedOver.length === 0 ? "there is none on the PATH" : passedOver.join(", ");
  throw new Error(
    `Helm 3.18 or a later 3.x is needed, and ${found}; install it, name it by ${helmVariable}=<path>, or get it with: npm run rehearse -- --tools`,
  );
}

async function versionOf(helm: string, run: RunCommand): Promise<string> {
  return (await run(helm, ["version", "--template", "{{.Version}}"])).trim();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
