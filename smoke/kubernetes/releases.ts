import { found, passed, type Verdict } from "../verdict";
import type { Metadata } from "./objects";
import { itemsOf, notAllowed, type Observed } from "./observed";

/** The Secret in which Helm keeps a release; only its metadata is read. */
export interface ReleaseSecret {
  readonly metadata: Metadata;
}

/** Asks the API server for metadata alone, so that no Secret's content is read. */
export const metadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

export const pendingReleases = "owner=helm,status in (pending-install,pending-upgrade,pending-rollback)";

/** A deployment that still runs writes this often; Helm's own timeout is 5 minutes. */
const stuckAfterSeconds = 600;

/** The command that lets the next deployment go on. */
export function clearingCommand({ metadata }: ReleaseSecret): string {
  const { name = "", status = "" } = metadata.labels ?? {};
  // A release that never was installed has nothing to go back to, and is not in Terraform's state.
  const verb = status === "pending-install" ? "uninstall" : "rollback";
  return `helm ${verb} ${name} -n ${metadata.namespace}`;
}

function ageSeconds({ metadata }: ReleaseSecret, now: Date): number {
  const modified = Number(metadata.labels?.["modifiedAt"] ?? metadata.labels?.["createdAt"] ?? NaN);
  const since = Number.isNaN(modified) ? Date.parse(metadata.creationTimestamp ?? "") : modified * 1000;
  return Number.isNaN(since) ? Infinity : (now.getTime() - since) / 1000;
}

/** Judges Helm's records of the namespaces that the mesh uses. */
export function decideReleases(
  namespaces: readonly string[],
  secrets: readonly Observed<readonly ReleaseSecret[]>[],
  now: Date,
): Verdict {
  const tried = `list pending Helm releases in ${namespaces.join(", ")}`;
  const unreadable = secrets.find((list) => list.kind === "unknown");
  const pending = secrets.flatMap((list) => itemsOf(list));
  const [first] = pending;
  if (first === undefined) {
    return unreadable?.kind === "unknown"
      ? notAllowed("Helm's Secrets", unreadable.why)
      : passed(tried, "none");
  }
  const states = pending.map(
    ({ metadata }) => `${metadata.namespace}/${metadata.labels?.["name"]} is ${metadata.labels?.["status"]}`,
  );
  const got = states.join("; ");
  const stuck = pending.filter((secret) => ageSeconds(secret, now) >= stuckAfterSeconds);
  if (stuck.length === 0) return found("release-in-progress", { tried, got });
  const commands = stuck.map(clearingCommand).join(" && ");
  return found("release-stuck", { tried, got, next: `run '${commands}', then deploy again` });
}
