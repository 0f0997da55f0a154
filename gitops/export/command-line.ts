import { Command } from "commander";

/** The options of `npm run export`, as commander hands them over. */
export interface ExportCommandOptions {
  readonly argocd?: true;
  readonly flux?: true;
  readonly stdout?: true;
  readonly output?: string;
  readonly repo?: string;
  readonly revision: string;
  readonly path?: string;
  readonly cluster: string;
  readonly state?: string;
}

const notes = `
Releases, values and order are those of the stack that npm run synth writes. Commit the folder to the repository that
your controller reads; docs/gitops.md says what else it needs.

What only Terraform can make, such as a cloud's security group, is listed and stays with it. Where a value comes from
there, apply that part first and hand its state over: terraform -chdir=<stack> show -json >state.json, --state state.json.

Exit status: 0 written, 1 a value is not known yet and stands there as known-after-apply(…), 2 wrong usage or an invalid
environment file.`;

/** Defines the command line. */
export function exportCommand(): Command {
  return new Command("npm run export --")
    .description("Writes what Argo CD or Flux needs to install the mesh of an environment.")
    .argument("<environment>", "name of a file in environments/")
    .option("--argocd", "write Applications for Argo CD")
    .option("--flux", "write HelmReleases for Flux")
    .option(
      "--output <folder>",
      "write there (default: cdktf.out/export/<environment>/argocd, or …/flux); what an earlier export wrote is removed",
    )
    .option("--stdout", "print the objects instead; nothing is written")
    .option("--repo <url>", "Git repository that Argo CD reads (default: that of the remote origin)")
    .option("--revision <name>", "branch, tag or commit of it", "main")
    .option("--path <folder>", "folder of the export in that repository (default: export/<environment>)")
    .option("--cluster <name>", "name of the cluster in Argo CD", "in-cluster")
    .option("--state <file>", "state of the mesh stack as JSON, for values that only Terraform knows")
    .addHelpText("after", notes);
}
