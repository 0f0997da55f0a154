import { readFileSync } from "node:fs";

import { run } from "../namespace/run-command";

/**
 * Runs a command where a container's program runs: with its network, its root folder and its environment.
 *
 * @param pid the container's own program
 * @throws CommandError when the command ends with another status than 0
 */
export async function runInside(pid: number, command: readonly string[], signal: AbortSignal): Promise<void> {
  const place = ["--target", pid.toString(), "--net", "--mount", "--uts", "--root", "--wd"];
  const environment = readFileSync(`/proc/${pid.toString()}/environ`, "utf8").split("\0").filter(Boolean);
  await run("nsenter", [...place, "env", "-i", ...environment, ...command], { signal });
}
