import { Command } from "commander";

/** The options of `npm run render`, as commander hands them over. */
export interface RenderCommandOptions {
  readonly output?: string;
  readonly diff?: string;
}

const notes = `
Each file is one release, in the order in which they are applied; 00-namespaces.yaml holds the
namespaces. What only an apply can know, such as the identifier of a cloud's network, stays
known-after-apply(<reference>) and is listed. What a chart makes up anew each time, such as a
certificate, is generated-at-install.

Charts come from where the environment says, or, where that cannot be reached, from the programs of
the rehearsal. ISTIO_CDKTF_CHARTS_DIRECTORY=<folder> takes all charts from a folder of packaged charts.
HELM=<path> names the Helm program; otherwise a 3.18 or later 3.x on the PATH, or the rehearsal's.

Exit status: 0 rendered (with --diff: different or not), 1 a release could not be, 2 wrong usage or
an invalid environment file.`;

/** Defines the command line. */
export function renderCommand(): Command {
  return new Command("npm run render --")
    .description("Writes the Kubernetes manifests that the releases of an environment will apply.")
    .argument("<environment>", "name of a file in environments/")
    .option("--output <folder>", "write there (default: cdktf.out/render/<environment>)")
    .option("--diff <revision>", "show what changed in the cluster since this git revision; write nothing")
    .addHelpText("after", notes);
}
