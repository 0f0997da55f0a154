import { type StackJson } from "../deploy/replacements";
import { type FaultName } from "./fault";

const longestSeconds = 90;

/**
 * Shortens the wait for releases that cannot come, in place.
 *
 * @returns lines for the report's list of what was replaced
 */
export function shortenTimeouts(stack: StackJson, fault: FaultName | undefined): readonly string[] {
  if (fault !== "istiod-absent") return [];
  for (const release of Object.values(stack.resource?.["helm_release"] ?? {})) {
    release["timeout"] = Math.min(Number(release["timeout"]), longestSeconds);
  }
  return [`timeouts of releases: at most ${longestSeconds.toString()} s, so that the fault shows sooner`];
}
