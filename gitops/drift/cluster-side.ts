import { z } from "zod";
import { CommandError } from "../../rehearsal/namespace/run-command";
import type { RunCommand } from "../../rehearsal/terraform/evaluate";

/** Programs that look into a cluster. */
export interface ClusterPrograms {
  readonly kubectl: string;
  readonly helm: string;
  readonly run: RunCommand;
  readonly environment: NodeJS.ProcessEnv;
  /** Context of the kubeconfig; absent for the current one. */
  readonly context: string | undefined;
}

/** The cluster did not answer. */
export class NoAnswer extends Error {}

/** A difference of one object. */
export interface ObjectDifference {
  /** As kubectl names it: `apps.v1.Deployment.istio-ingress.istio-ingress`. */
  readonly object: string;
  readonly isMissing: boolean;
  /** Lines of a unified difference, from the cluster to the file. */
  readonly lines: readonly string[];
}

/** A release that Helm keeps in the cluster. */
export interface KeptRelease {
  readonly name: string;
  readonly namespace: string;
  readonly status: string;
  /** Chart and its version: `istiod-1.31.4`. */
  readonly chart: string;
}

/**
 * Asks the API server what an apply of objects would change.
 *
 * @param objects YAML documents
 * @throws NoAnswer
 * @throws Error with kubectl's words where the API server refuses
 */
export async function differences(
  objects: string,
  namespace: string,
  { kubectl, run, environment, context }: ClusterPrograms,
): Promise<readonly ObjectDifference[]> {
  const args = [
    ...(context === undefined ? [] : ["--context", context]),
    ...["--namespace", namespace, "--request-timeout=30s"],
    ...["diff", "--server-side", "--force-conflicts", "--field-manager=istio-cdktf-drift", "-f", "-"],
  ];
  try {
    await run(kubectl, args, { environment: { ...environment, LC_ALL: "C" }, input: objects });
    return [];
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === 1 && error.stdout !== "") {
      return splitDifference(error.stdout);
    }
    throw asked(error);
  }
}

/** Splits what `diff -u -N` printed of two folders. */
export function splitDifference(text: string): readonly ObjectDifference[] {
  return text
    .split(/^diff .*\/LIVE-[^/]+\//m)
    .slice(1)
    .map((part) => {
      const [first = "", ...lines] = part.trimEnd().split("\n");
      const [object = ""] = first.split(" ");
      const body = lines.filter((line) => !/^(---|\+\+\+) /.test(line));
      return { object, isMissing: /^@@ -0,0 /.test(body[0] ?? ""), lines: body };
    });
}

const releases = z.array(
  z.object({ name: z.string(), namespace: z.string(), status: z.string(), chart: z.string() }),
);

/** The releases that Helm keeps, in whatever state. */
export async function keptReleases(programs: ClusterPrograms): Promise<readonly KeptRelease[]> {
  return releases.parse(
    JSON.parse(await helm(["list", "--all-namespaces", "--all", "--max", "0", "--output", "json"], programs)),
  );
}

/** The manifest of a release as it was last installed. */
export function keptManifest(release: KeptRelease, programs: ClusterPrograms): Promise<string> {
  return helm(["get", "manifest", release.name, "--namespace", release.namespace], programs);
}

async function helm(args: readonly string[], programs: ClusterPrograms): Promise<string> {
  const { helm: program, run, environment, context } = programs;
  const all = [...(context === undefined ? [] : ["--kube-context", context]), ...args];
  return await run(program, all, { environment }).catch((error: unknown) => {
    throw asked(error);
  });
}

function asked(error: unknown): unknown {
  if (!(error instanceof CommandError)) return error;
  const said = error.stderr.trim();
  const silent =
    /connection refused|i\/o timeout|no such host|context deadline exceeded|Client\.Timeout|TLS handshake|unreachable|connection to the server|cluster unreachable/i;
  return silent.test(said) ? new NoAnswer(said, { cause: error }) : new Error(said, { cause: error });
}
