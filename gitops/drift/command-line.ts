import { Command } from "commander";

/** The options of `npm run drift`, as commander hands them over. */
export interface DriftCommandOptions {
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly quiet?: true;
}

const notes = `
The manifests are those of npm run render. The API server itself says what an apply of them would change (a dry run),
so that defaults are no differences; what istiod and cert-manager write into webhooks is none either. An object that
the cluster's release has and the file has not is named, and so is a release that is of another version or stuck.

It needs kubectl, Helm, and the right to patch by dry run. It changes nothing.

Exit status: 0 the cluster has what the file says, 1 it differs, 2 wrong usage, an invalid environment file or a context
that is not there, 3 the cluster did not answer.`;

/** Defines the command line. */
export function driftCommand(): Command {
  return new Command("npm run drift --")
    .description("Compares what a cluster has with what the file of an environment says.")
    .argument("<environment>", "name of a file in environments/")
    .option(
      "--context <name>",
      "context of the kubeconfig (default: the environment's, else the current one)",
    )
    .option("--kubeconfig <file>", "kubeconfig (default: KUBECONFIG, or ~/.kube/config)")
    .option("--quiet", "name what differs, without the lines that do")
    .addHelpText("after", notes);
}
