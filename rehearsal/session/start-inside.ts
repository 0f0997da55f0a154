import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Readable, type Writable } from "node:stream";

import { type NamespaceKind } from "../namespace/namespaces";
import { type Message, type Request, type SessionPlan } from "./messages";
import { startTicksOf } from "../namespace/process-start";
import { type RunFolder } from "./run-folder";

/** A rehearsal that runs inside its namespaces, seen from outside. */
export interface RunningSession {
  readonly ask: (request: Request) => void;
  readonly ended: Promise<void>;
  /** Ends all of it at once. */
  readonly kill: () => void;
  /** Lets this process end while the session goes on. */
  readonly release: () => void;
}

/** Starts this same command again, which then finds the word `inside`. */
const runner = [join(__PROJECT_ROOT__, "run.mjs"), "rehearsal/main.ts"];

/** Starts the rehearsal in namespaces of its own. */
export function startInside(
  plan: SessionPlan,
  runFolder: RunFolder,
  kind: NamespaceKind,
  onMessage: (message: Message) => void,
): RunningSession {
  const planPath = join(plan.folder, "plan.json");
  writeFileSync(planPath, JSON.stringify(plan, undefined, 2));
  const log = openSync(join(plan.logs, "session.log"), "a");
  const child: ChildProcess = spawn(
    "unshare",
    [...kind.unshareArguments, process.execPath, ...runner, "inside", planPath],
    // A group of its own, so that Ctrl-C reaches only this side, which then asks for an orderly end.
    { stdio: ["pipe", log, log, "pipe"], detached: true },
  );
  closeSync(log);
  const pid = child.pid;
  if (pid !== undefined) {
    const record = runFolder.read();
    const startTicks = startTicksOf(pid) ?? "";
    const { nsenterArguments } = kind;
    if (record !== undefined) {
      runFolder.write({ ...record, holder: { pid, startTicks, nsenterArguments } });
    }
  }
  const messages = child.stdio[3] as Readable;
  createInterface({ input: messages }).on("line", (line) => {
    onMessage(JSON.parse(line) as Message);
  });
  const requests = child.stdin as Writable;
  requests.on("error", () => undefined);
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => {
      resolve();
    });
  });
  return {
    ended,
    ask: (request) => requests.write(`${JSON.stringify(request)}\n`),
    kill: () => child.kill("SIGKILL"),
    release: () => {
      child.unref();
      messages.destroy();
      requests.destroy();
    },
  };
}
