import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { compatibility, newest } from "../../config/compatibility/compatibility";
import { parseTimeLimit } from "../../smoke/command-line";
import type { KubeconfigOptions } from "../../smoke/kubernetes/kubeconfig-api";
import { stepKinds, type StepKind } from "./steps";

/** The options of `npm run upgrade`. */
export interface UpgradeOptions extends KubeconfigOptions {
  /** @default the newest in the file where it has several, else the newest known */
  readonly to?: string;
  readonly until?: StepKind;
  readonly apply?: true;
  /** Milliseconds between two requests of new connections, and of kept ones. */
  readonly interval: number;
}

const notes = `
Each step is one edit of the environment file and one deployment. Without --apply nothing is changed: make the edits by
hand, read the plan of each (npm run plan -- <environment>) and deploy it, or let --apply do so. It begins where the
smoke test passes. Beside each deployment it sends requests through the first gateway, on new connections and on kept
ones; at the first that fails it lets Terraform end what it has under way, and goes back to the file before the step. So
it does where a deployment fails, or the smoke test after it.

Exit status: 0 there, or the steps were printed; 1 a step did not hold; 2 wrong usage or an invalid environment;
3 somebody must do something first, such as restart pods, or it was interrupted.`;

function parseRelease(text: string): string {
  if (/^1\.\d+\.\d+$/.test(text)) return text;
  throw new InvalidArgumentError(`An Istio release such as ${newest(compatibility.istio)} is expected.`);
}

/** Defines the command line. */
export function upgradeCommand(): Command {
  return new Command("npm run upgrade --")
    .description("Prints the edits that lead an environment to another version of Istio, or makes them.")
    .addArgument(new Argument("<environment>", "name of a file in environments/, without .yaml"))
    .option(
      "--to <version>",
      "Istio release; default: the newest in the file where it has several, else the newest known",
      parseRelease,
    )
    .option("--apply", "make the edits, deploy each and watch that no request is lost")
    .addOption(
      new Option(
        "--until <step>",
        "end with this step, such as to see for a day how the canary does; without it the same command goes on",
      ).choices(stepKinds),
    )
    .addOption(
      new Option(
        "--interval <duration>",
        "between two requests of --apply on new connections, and on kept ones; a machine that is busy with them, or a mesh with few cores, wants more",
      )
        .argParser(parseTimeLimit)
        .default(10, "10ms"),
    )
    .option(
      "--kubeconfig <file>",
      "look at the cluster's proxies; default: what the environment connects with",
    )
    .option("--context <name>", "context of the kubeconfig")
    .addHelpText("after", notes)
    .exitOverride();
}
