import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";

import { buildGoPrograms, goCaches, keepModuleFiles, requirePrerequisites, unpackWheel } from "./build";
import { PartCache } from "./cache";
import { parts } from "./catalogue";
import { cleanCache } from "./clean-cache";
import { requireSpace, shortages } from "./disk-space";
import { downloadProgram } from "./download";
import { findProgram, type FoundProgram, programOnPath, type ProgramPlaces } from "./find-program";
import { type Part, type Program, type ProgramName, versionOf } from "./part";
import { duration, type Progress } from "./progress";

/** Where every program is, and the folders that parts keep in the cache. */
export interface PreparedPrograms {
  readonly path: (name: ProgramName) => string;
  readonly keptFile: (part: string, name: string) => string;
  /** One line per program: name, version, where from. */
  readonly summary: readonly string[];
}

export interface PrepareOptions extends ProgramPlaces {
  readonly progress: Progress;
  /** Whether to ask the projects' own download sites. */
  readonly downloads: boolean;
  /** Names of optional parts that are needed, too. */
  readonly also?: readonly string[];
}

// `go build` uses all cores by itself; a second one fills the gaps while the first links or downloads.
const simultaneousBuilds = 2;

/**
 * Finds, downloads or builds every program.
 *
 * @throws MissingPrerequisite when something must be built and Go or Python is absent
 */
export async function preparePrograms(options: PrepareOptions): Promise<PreparedPrograms> {
  const found = new Map<ProgramName, string>();
  const summary: string[] = [];
  const toMake: MissingPart[] = [];
  const used = parts.map((part) => new PartCache(options.cache, options.toolsFolder, part).folder);
  cleanCache(options.cache, used, new Date());
  for (const part of parts) {
    if (part.optional === true && options.also?.includes(part.name) !== true) continue;
    const missing: Program[] = [];
    for (const program of part.programs) {
      const place = await findProgram(program.name, options);
      if (place === undefined) missing.push(program);
      else {
        found.set(program.name, place.path);
        summary.push(foundLine(part, program.name, place));
      }
    }
    const cache = new PartCache(options.cache, options.toolsFolder, part);
    if (missing.length === 0 && (part.keep === undefined || cache.isComplete)) continue;
    toMake.push({ part, missing, cache });
  }
  await checkBeforehand(toMake, options);
  announce(toMake, options);
  await runSome(
    toMake.map((work) => async () => {
      const { part, missing, cache } = work;
      const how = await makePart(work, options);
      for (const { name } of missing) {
        found.set(name, cache.path(name));
        summary.push(`${name} ${versionOf(part)}: ${how}`);
      }
    }),
    simultaneousBuilds,
  );
  return {
    summary,
    path: (name) => {
      const path = found.get(name);
      if (path === undefined) throw new Error(`'${name}' was not prepared`);
      return path;
    },
    keptFile: (partName, name) => {
      const part = parts.find((candidate) => candidate.name === partName);
      if (part === undefined) throw new Error(`no part is called '${partName}'`);
      return new PartCache(options.cache, options.toolsFolder, part).path(name);
    },
  };
}

/** A part of which something must be downloaded or built. */
interface MissingPart {
  readonly part: Part;
  readonly missing: readonly Program[];
  readonly cache: PartCache;
}

function foundLine(part: Part, name: ProgramName, { path, source, version }: FoundProgram): string {
  if (source === "cache") return `${name} ${versionOf(part)}: cache`;
  return `${name} ${version ?? "of an unknown version"}: ${path}`;
}

/** Finds out what is missing before the first of several builds, and not after minutes of them. */
async function checkBeforehand(toMake: readonly MissingPart[], options: PrepareOptions): Promise<void> {
  if (toMake.length === 0) return;
  const downloadable = ({ download }: Program) => options.downloads && download !== undefined;
  const byGo = toMake.filter(({ part }) => part.kind !== "wheel");
  await requirePrerequisites({
    go: byGo.flatMap(({ part, missing }) => {
      const built = missing.filter((program) => !downloadable(program)).map(({ name }) => name);
      return built.length === 0 && part.keep !== undefined ? [part.name] : built;
    }),
    pip: toMake.filter(({ part }) => part.kind === "wheel").map(({ part }) => part.name),
  });
  const seconds = toMake.reduce((sum, { part }) => sum + part.estimateSeconds, 0);
  const kept = { folder: options.cache, megabytes: seconds * megabytesPerSecond.kept };
  requireSpace("for the programs of a rehearsal", [kept]);
  const go = byGo.length === 0 ? undefined : await goCaches();
  const needs =
    go === undefined
      ? []
      : [
          { folder: go.build, megabytes: seconds * megabytesPerSecond.compiled },
          { folder: go.modules, megabytes: seconds * megabytesPerSecond.modules },
        ];
  for (const line of shortages([kept, ...needs])) {
    options.progress.say(`note: building everything anew takes more than there is at ${line}`);
  }
}

/** Where a first rehearsal takes minutes, how many, and what does without them. */
function announce(toMake: readonly MissingPart[], { progress, environment }: PrepareOptions): void {
  const steps = toMake.map(({ part }) => ({ title: part.name, estimateSeconds: part.estimateSeconds }));
  progress.expect(steps, simultaneousBuilds);
  const seconds = steps.reduce((sum, { estimateSeconds }) => sum + estimateSeconds, 0) / simultaneousBuilds;
  if (seconds < worthSayingSeconds) return;
  progress.say(
    `${steps.length.toString()} parts are to be made, once: about ${duration(seconds)} on two cores where nothing ` +
      "can be downloaded. What is made stays made when this is interrupted.",
  );
  if (programOnPath("docker", environment) === undefined) return;
  progress.say(
    "note: Docker is here. Without these programs, on a cluster of kind, the environment local is deployed and proven by\n" +
      "  kind create cluster --name local && kubectl config rename-context kind-local local && npm run accept -- local",
  );
}

const worthSayingSeconds = 120;

/** What building all parts with empty caches took, over their estimates. */
const megabytesPerSecond = { kept: 0.55, compiled: 4, modules: 2 };

/** Fills the cache with one part: what its project offers is downloaded, the rest is built. */
async function makePart({ part, missing, cache }: MissingPart, options: PrepareOptions): Promise<string> {
  const step = options.progress.start(part.name, part.estimateSeconds);
  const pins = join(options.toolsFolder, part.folder);
  let built = 0;
  try {
    await cache.fill(async (target) => {
      // Programs of this part that are in the cache already stay in it.
      if (cache.isComplete) cpSync(cache.folder, target, { recursive: true });
      const toBuild: Program[] = [];
      for (const program of missing) {
        step.doing(program.name);
        if (!(options.downloads && (await tryDownload(program, join(target, program.name)))))
          toBuild.push(program);
      }
      built = toBuild.length;
      if (part.kind === "go") await buildGoPrograms({ part, programs: toBuild, pins, target, step });
      if (part.kind === "wheel" && toBuild.length > 0) await unpackWheel(part, pins, target);
      await keepModuleFiles(part, pins, target);
      for (const { name } of missing) {
        if (!existsSync(join(target, name))) throw new Error(`${part.name}: '${name}' was not made`);
      }
    });
  } catch (error) {
    step.fail();
    throw error;
  }
  step.succeed();
  return built === 0 ? "downloaded" : part.kind === "wheel" ? "from its wheel" : "built";
}

async function tryDownload(program: Program, target: string): Promise<boolean> {
  if (program.download === undefined || process.platform !== "linux") return false;
  const architecture = process.arch === "arm64" ? "arm64" : "amd64";
  return await downloadProgram(program.download(architecture), target);
}

async function runSome(queue: (() => Promise<void>)[], count: number): Promise<void> {
  const waiting = [...queue];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
  };
  const workers = await Promise.allSettled(Array.from({ length: count }, work));
  const failed = workers.find((worker) => worker.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
