import { readlinkSync } from "node:fs";

/** The name of a folder that this process fills: beside the final one, and told apart from others'. */
export function partialFolder(folder: string): string {
  return `${folder}.partial-${processNamespace()}-${process.pid.toString()}`;
}

/** Ids of processes are those of a namespace, and containers may share a cache. */
export function processNamespace(): string {
  return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
}
