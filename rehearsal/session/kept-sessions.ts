import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { type PreparedPrograms } from "../programs/prepare";
import { type Request } from "./messages";
import { isAlive, RunFolder, type RunRecord } from "./run-folder";

/** Something that the user asked for and that does not fit what runs. */
export class SessionError extends Error {}

export interface KeptSession {
  readonly folder: RunFolder;
  readonly record: RunRecord;
}

/** Rehearsals that run on this machine, of one environment or of all. */
export function runningSessions(cache: string, environment?: string): readonly KeptSession[] {
  return RunFolder.all(cache).flatMap((folder) => {
    const record = folder.read();
    if (record === undefined || !isAlive(record)) return [];
    return environment === undefined || record.environment === environment ? [{ folder, record }] : [];
  });
}

const longestPreparationMilliseconds = 600_000;
const logsKept = 5;

/**
 * Removes what crashed rehearsals left, and the logs of all but the last that ended well or badly.
 *
 * The processes of a crashed one ended with their namespaces, its folder did not.
 *
 * @returns names of crashed rehearsals
 */
export async function removeCrashed(cache: string, now: Date): Promise<readonly string[]> {
  const ended: { folder: RunFolder; finishedAt: string }[] = [];
  const crashed: string[] = [];
  for (const folder of RunFolder.all(cache)) {
    const record = folder.read();
    if (record?.finishedAt !== undefined) ended.push({ folder, finishedAt: record.finishedAt });
    else if (record === undefined || (await hasCrashed(folder, record, now))) {
      folder.remove();
      crashed.push(folder.name);
    }
  }
  ended.sort((a, b) => b.finishedAt.localeCompare(a.finishedAt));
  for (const { folder } of ended.slice(logsKept)) folder.remove();
  return crashed;
}

async function hasCrashed(folder: RunFolder, record: RunRecord, now: Date): Promise<boolean> {
  if (isAlive(record)) return false;
  // One that is just being prepared has no process of its own yet.
  const age = now.getTime() - Date.parse(record.startedAt);
  if (record.holder === undefined) return age > longestPreparationMilliseconds;
  // In a container that shares the cache its process has another id, or none that can be seen.
  return !(await answers(folder.controlSocket));
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => {
      resolve(false);
    });
  });
}

/** Asks a running rehearsal to take itself down, and waits until it has. */
export async function takeDown({ folder, record }: KeptSession): Promise<void> {
  await ask(folder, { request: "down" });
  while (isAlive(record)) await delay(100);
  folder.remove();
}

function ask(folder: RunFolder, request: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(folder.controlSocket, () => {
      socket.end(`${JSON.stringify(request)}\n`);
    });
    socket.on("error", (cause) => {
      reject(new SessionError(`the rehearsal in ${folder.path} does not answer`, { cause }));
    });
    socket.on("finish", resolve);
  });
}

/** How to run a command inside a rehearsal from outside. */
export function enterCommand({ folder, record }: KeptSession): readonly string[] {
  const { pid, nsenterArguments } = record.holder ?? { pid: 0, nsenterArguments: [] };
  const children = readFileSync(`/proc/${pid.toString()}/task/${pid.toString()}/children`, "utf8");
  const inside = children.trim().split(" ")[0];
  if (inside === undefined || inside === "") throw new SessionError(`no process is left in ${folder.path}`);
  return ["nsenter", ...nsenterArguments, "--target", inside];
}

/** Folders of the programs that are of use inside a rehearsal. */
export function shellFolders(programs: PreparedPrograms): readonly string[] {
  const names = ["kubectl", "helm", "istioctl", "terraform"] as const;
  return [...new Set(names.map((name) => dirname(programs.path(name))))];
}

/** Opens a shell inside a rehearsal; resolves to its exit status. */
export async function openShell(session: KeptSession, programFolders: readonly string[]): Promise<number> {
  const [command = "nsenter", ...args] = enterCommand(session);
  const shell = process.env["SHELL"] ?? "sh";
  const child = spawn(command, [...args, shell], {
    stdio: "inherit",
    env: {
      ...process.env,
      KUBECONFIG: kubeconfigOf(session.folder),
      PATH: [...programFolders, process.env["PATH"] ?? ""].join(":"),
    },
  });
  // Ctrl-C is for what runs in the shell.
  process.on("SIGINT", () => undefined);
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      resolve(code ?? 1);
    });
  });
}

/** Where a rehearsal keeps its kubeconfig. */
export function kubeconfigOf(folder: RunFolder): string {
  return join(folder.path, "cluster", "control-plane", "kubeconfig.yaml");
}
