import { readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

import { CommanderError } from "commander";

import { rehearseCommand, type RehearseOptions } from "./command-line";
import { MissingChart } from "./helm/local-charts";
import { MissingCapability } from "./namespace/namespaces";
import { CommandError } from "./namespace/run-command";
import { withSystemFolders } from "./namespace/system-path";
import { MissingPrerequisite } from "./programs/build";
import { cacheFolder, requireUsableCache, UnusableCache } from "./programs/cache";
import { FullDisk, fullDiskMessage } from "./programs/disk-space";
import { ChecksumMismatch } from "./programs/download";
import { UnusableProgram } from "./programs/find-program";
import { preparePrograms } from "./programs/prepare";
import { Progress } from "./programs/progress";
import { InvalidEnvironment } from "./prepare-stack";
import { MeshSession } from "./multi-cluster/mesh-session";
import { refuseMemberAlone } from "./multi-cluster/member-alone";
import { rehearseMesh } from "./multi-cluster/rehearse-mesh";
import { rehearse } from "./rehearse";
import { Session } from "./session/inside";
import type { SessionPlan } from "./session/messages";
import {
  openShell,
  removeCrashed,
  runningSessions,
  SessionError,
  shellFolders,
  takeDown,
} from "./session/kept-sessions";

const refused = 2;
const toolsFolder = join(__PROJECT_ROOT__, "rehearsal", "tools");

async function main(): Promise<number> {
  process.env["PATH"] = withSystemFolders(process.env["PATH"]);
  // The rehearsal starts this same file again inside its namespaces.
  if (process.argv[2] === "inside") {
    const plan = JSON.parse(readFileSync(process.argv[3] ?? "", "utf8")) as SessionPlan;
    await (plan.mesh === undefined ? new Session(plan) : new MeshSession(plan, plan.mesh)).run();
    return 0;
  }
  const command = rehearseCommand().exitOverride();
  try {
    command.parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : refused;
    throw error;
  }
  const options = command.opts<RehearseOptions>();
  const [environment = "local"] = command.processedArgs as [string?];
  return await serve(options.mesh ?? environment, options);
}

async function serve(environment: string, options: RehearseOptions): Promise<number> {
  // Go, Helm and pip look for their folders below it.
  process.env["HOME"] ||= homedir();
  const cache = cacheFolder(process.env);
  requireUsableCache(cache);
  const progress = new Progress(process.stderr, process.stderr.isTTY);
  const places = { environment: process.env, cache, toolsFolder };
  if (options.list === true) {
    for (const { folder, record } of runningSessions(cache)) {
      process.stdout.write(`${record.environment}  since ${record.startedAt}  ${folder.path}\n`);
    }
    return 0;
  }
  if (options.down === true || options.shell === true) {
    // One that is still proving itself is its own command's to end.
    const [session, ...others] = runningSessions(cache, environment).filter(({ record }) => record.kept);
    if (session === undefined)
      throw new SessionError(`no kept rehearsal of ${environment} runs; start one with --keep`);
    if (options.shell === true) {
      const programs = await preparePrograms({ ...places, progress, downloads: options.downloads });
      return await openShell(session, shellFolders(programs));
    }
    for (const running of [session, ...others]) await takeDown(running);
    return 0;
  }
  for (const name of await removeCrashed(cache, new Date()))
    progress.say(`removed what a crashed rehearsal left: ${name}`);
  if (options.tools === true) {
    const programs = await preparePrograms({ ...places, progress, downloads: options.downloads });
    process.stdout.write(`${programs.summary.join("\n")}\n`);
    return 0;
  }
  if (options.mesh !== undefined)
    return await rehearseMesh({ mesh: options.mesh, options, progress, places });
  refuseMemberAlone(environment, __PROJECT_ROOT__);
  return await rehearse({ environment, options, progress, places });
}

const refusals = [
  ChecksumMismatch,
  FullDisk,
  InvalidEnvironment,
  MissingCapability,
  MissingPrerequisite,
  MissingChart,
  SessionError,
  UnusableCache,
  UnusableProgram,
];

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const known = refusals.some((kind) => error instanceof kind);
    const fullDisk = known ? undefined : fullDiskMessage(error, [cacheFolder(process.env), tmpdir()]);
    process.stderr.write(`${fullDisk ?? describe(error, known)}\n`);
    process.exitCode = known || fullDisk !== undefined ? refused : 1;
  },
);

/** A failed command's own words tell more than where in this program it was called. */
function describe(error: unknown, known: boolean): string {
  if (!(error instanceof Error)) return String(error);
  return known || error instanceof CommandError ? error.message : (error.stack ?? error.message);
}
