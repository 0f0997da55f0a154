import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

import { run } from "../namespace/run-command";
import { PartCache } from "./cache";
import { partOf } from "./catalogue";
import { type Program, type ProgramName, variableOf } from "./part";

/** A program and where it was found. */
export interface FoundProgram {
  readonly path: string;
  readonly source: "variable" | "path" | "cache";
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
  const variable = variableOf(name);
  const named = places.environment[variable];
  if (named !== undefined && named !== "") {
    const path = named.includes("/") ? named : onPath(named, places.environment);
    if (path !== undefined && isExecutable(path)) return { path: resolve(path), source: "variable" };
    throw new UnusableProgram(`${variable} names ${named}, which is no program that can be run`);
  }
  const part = partOf(name);
  const program = part.programs.find((candidate) => candidate.name === name);
  for (const folder of program?.probe === undefined ? [] : searchFolders(places.environment)) {
    const path = join(folder, name);
    if (isExecutable(path) && program !== undefined && (await fits(path, program)))
      return { path, source: "path" };
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

function onPath(name: string, { PATH = "" }: NodeJS.ProcessEnv): string | undefined {
  const candidates = PATH.split(delimiter).map((folder) => join(folder, name));
  return candidates.find(isExecutable);
}

const probeTimeoutMilliseconds = 10_000;

async function fits(path: string, { probe }: Program): Promise<boolean> {
  if (probe === undefined) return false;
  try {
    const printed = await run(path, probe.args, {
      timeoutMilliseconds: probeTimeoutMilliseconds,
      // Terraform would ask its maker whether there is a newer one.
      environment: { ...process.env, CHECKPOINT_DISABLE: "1" },
    });
    return probe.accepts.test(printed.trim());
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
