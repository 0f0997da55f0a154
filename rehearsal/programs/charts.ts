import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

import { run } from "../namespace/run-command";
import { type PreparedPrograms } from "./prepare";

/** The versions under which an environment asks for its charts. */
export interface ChartVersions {
  readonly istio: string;
  readonly certManager: string;
}

/**
 * Packages the charts of the pinned modules under an environment's versions, because Helm refuses a chart whose
 * version is another than the one asked for.
 *
 * @returns the folder with `<chart>-<version>.tgz`
 */
export async function packageCharts(
  programs: PreparedPrograms,
  cache: string,
  versions: ChartVersions,
): Promise<string> {
  const istio = programs.keptFile("Istio", "charts");
  const certManager = programs.keptFile("cert-manager's chart", "charts");
  const sources = [
    ...readdirSync(istio).map((chart) => ({ folder: join(istio, chart), version: versions.istio })),
    ...readdirSync(certManager).map((chart) => ({
      folder: join(certManager, chart),
      version: versions.certManager,
    })),
  ];
  // The parts' folders are named after their pins, so these names change when the charts do.
  const pins = [istio, certManager].map((folder) => folder.split("/").at(-2) ?? "").join("_");
  const target = join(cache, "charts", `${pins}_${versions.istio}_${versions.certManager}`);
  if (existsSync(target)) return target;
  const partial = `${target}.partial-${process.pid.toString()}`;
  mkdirSync(partial, { recursive: true });
  const helm = programs.path("helm");
  await Promise.all(
    sources.map(({ folder, version }) =>
      run(helm, [
        "package",
        folder,
        "--version",
        version,
        "--app-version",
        version,
        "--destination",
        partial,
      ]),
    ),
  );
  try {
    renameSync(partial, target);
  } catch {
    // Another rehearsal packaged the same charts meanwhile.
    if (!existsSync(target)) cpSync(partial, target, { recursive: true });
    rmSync(partial, { recursive: true, force: true });
  }
  return target;
}
