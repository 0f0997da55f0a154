import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chartArguments } from "../../helm/chart-arguments";
import type { ReleaseBlock } from "../../stack/block";
import type { ClusterPrograms } from "./cluster-programs";

/** Installs a release, or upgrades it, with all that the stack says of it. */
export async function installRelease(
  release: ReleaseBlock,
  values: readonly string[],
  programs: ClusterPrograms,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "istio-cdktf-values-"));
  try {
    const files = values.map((text, index) => {
      const path = join(folder, `${index.toString()}.yaml`);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    });
    await programs.helm(installArguments(release, files));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param valuesFiles paths; a later one wins */
export function installArguments(release: ReleaseBlock, valuesFiles: readonly string[]): readonly string[] {
  const flag = (name: string, given: boolean) => (given ? [name] : []);
  return [
    ...["upgrade", release.name, ...chartArguments(release.chart, release.version), "--install"],
    ...["--namespace", release.namespace],
    ...valuesFiles.flatMap((path) => ["--values", path]),
    ...["--timeout", `${release.timeoutSeconds.toString()}s`],
    ...["--history-max", release.maxHistory.toString()],
    ...flag("--atomic", release.atomic),
    ...flag("--cleanup-on-fail", release.cleanupOnFail),
    ...flag("--wait", release.wait),
    ...flag("--wait-for-jobs", release.waitForJobs),
    ...flag("--skip-crds", release.skipCrds),
  ];
}

export async function uninstallRelease(release: ReleaseBlock, programs: ClusterPrograms): Promise<void> {
  const timeout = `${release.timeoutSeconds.toString()}s`;
  const args = ["uninstall", release.name, "--namespace", release.namespace, "--ignore-not-found"];
  await programs.helm([...args, "--wait", "--timeout", timeout]);
}
