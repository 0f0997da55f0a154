import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

import { run } from "../namespace/run-command";
import { PartCache } from "./cache";
import { partOf } from "./catalogue";
import { type ProgramName, variableOf, type VersionProbe } from "./part";

/** A program and where it was found. */
export interface FoundProgram {
  readonly path: string;
  readonly source: "variable" | "path" | "cache";
  /** As the program says; absent for one of the cache, and where it does not say. */
  readonly version?: string;
}

export interface ProgramPlaces {
  readonly environment: NodeJS.ProcessEnv;
  readonly cache: string;
  readonly toolsFolder: string;
}

/** What a variable names cannot be run. */
export class UnusableProgram extends Error {}

/**
 * Looks for a program: the variable that names it, KUBEBUILDER_ASSETS and the PATH where the version fits,
 * then the cache.
 *
 * @throws UnusableProgram when the variable names something that cannot be run
 */
export async function findProgram(
  name: ProgramName,
  places: ProgramPlaces,
): Promise<FoundProgram | undefined> {
  const part = partOf(name);
  const probe = part.programs.find((candidate) => candidate.name === name)?.probe;
  const variable = variableOf(name);
  const named = places.environment[variable];
  if (named !== undefined && named !== "") {
    const path = named.includes("/") ? named : programOnPath(named, places.environment);
    if (path !== undefined && isExecutable(path)) {
      const version = versionIn(await ask(path, probe));
      return { path: resolve(path), source: "variable", ...(version === undefined ? {} : { version }) };
    }
    throw new UnusableProgram(`${variable} names ${named}, which is no program that can be run`);
  }
  for (const folder of probe === undefined ? [] : searchFolders(places.environment)) {
    const path = join(folder, name);
    const printed = isExecutable(path) ? await ask(path, probe) : undefined;
    if (printed === undefined || probe?.accepts.test(printed) !== true) continue;
    const version = versionIn(printed);
    return { path, source: "path", ...(version === undefined ? {} : { version }) };
  }
  const cached = new PartCache(places.cache, places.toolsFolder, part);
  return cached.isComplete && existsSync(cached.path(name))
    ? { path: cached.path(name), source: "cache" }
    : undefined;
}

function searchFolders(environment: NodeJS.ProcessEnv): string[] {
  const assets = environment["KUBEBUILDER_ASSETS"];
  const path = (environment["PATH"] ?? "").split(delimiter);
  return [...(assets === undefined ? [] : [assets]), ...path].filter((folder) => folder !== "");
}

/** Path of what the PATH has under a name, whatever its version. */
export function programOnPath(name: string, { PATH = "" }: NodeJS.ProcessEnv): string | undefined {
  const candidates = PATH.split(delimiter).map((folder) => join(folder, name));
  return candidates.find(isExecutable);
}

const probeTimeoutMilliseconds = 10_000;

/** What a program prints when it is asked for its version; undefined where it cannot say. */
async function ask(path: string, probe: VersionProbe | undefined): Promise<string | undefined> {
  if (probe === undefined) return undefined;
  const printed = run(path, probe.args, {
    timeoutMilliseconds: probeTimeoutMilliseconds,
    // Terraform would ask its maker whether there is a newer one.
    environment: { ...process.env, CHECKPOINT_DISABLE: "1" },
  });
  return await printed.then(
    (text) => text.trim(),
    () => undefined,
  );
}

/** `1.35.4` of `Client Version: v1.35.4`. */
function versionIn(printed: string | undefined): string | undefined {
  return /\bv?(\d+\.\d+\.\d+[\w.+-]*)/.exec(printed ?? "")?.[1];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
