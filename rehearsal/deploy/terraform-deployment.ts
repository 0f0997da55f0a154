import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { StepFailure, type StepOutcome } from "../steps";
import { readStack } from "../stack/read-stack";
import { type Deployment, DeploymentFailure } from "./deployment";
import { interruptedBefore } from "./interrupted-before";
import { readOutputs, runTerraform, type TerraformRun } from "./terraform";

export interface TerraformDeploymentOptions {
  readonly terraform: string;
  readonly stackFolder: string;
  readonly logs: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Part of the logs' names where several stacks are deployed. */
  readonly name?: string;
  /**
   * Whether nobody else can change the target, so that what a plan has just seen still holds.
   *
   * @default false
   */
  readonly exclusive?: boolean;
}

const changesExitCode = 2;

/** Deploys a stack as production does: by Terraform with the real helm and kubernetes providers. */
export class TerraformDeployment implements Deployment {
  readonly title = "deployed by Terraform with the helm and kubernetes providers";
  private seenUnchanged = false;

  constructor(private readonly options: TerraformDeploymentOptions) {}

  async apply(signal: AbortSignal, name: "apply" | "apply-again" = "apply"): Promise<StepOutcome> {
    const { result, log } = await this.command(name, ["apply", "-auto-approve"], signal);
    const slowest = [...result.resources].sort((a, b) => b.seconds - a.seconds).slice(0, 3);
    const releases = slowest.map(
      ({ address, seconds }) => `${shortAddress(address)} ${seconds.toString()} s`,
    );
    return { detail: `${result.changes.add.toString()} resources; slowest: ${releases.join(", ")}`, log };
  }

  async planAgain(): Promise<StepOutcome> {
    const { result, log } = await this.command("second-plan", ["plan", "-detailed-exitcode"], undefined, [
      0,
      changesExitCode,
    ]);
    this.seenUnchanged = result.exitCode === 0;
    if (this.seenUnchanged) return { detail: "no changes", log };
    const { add, change, remove } = result.changes;
    const counts = `${add.toString()} to add, ${change.toString()} to change, ${remove.toString()} to destroy`;
    throw new StepFailure(`a second plan wants changes: ${counts}`, log);
  }

  async planOf(stackJson: string): Promise<readonly string[]> {
    const file = join(this.options.stackFolder, "cdk.tf.json");
    const own = readFileSync(file, "utf8");
    writeFileSync(file, stackJson);
    try {
      const accepted = [0, changesExitCode];
      const { result } = await this.command(
        "plan-of-another",
        ["plan", "-detailed-exitcode"],
        undefined,
        accepted,
      );
      return result.planned;
    } finally {
      writeFileSync(file, own);
    }
  }

  async outputs(): Promise<string> {
    return await readOutputs(this.options.terraform, this.options.stackFolder, this.options.environment);
  }

  async destroy(): Promise<StepOutcome> {
    // To look again at what a plan has just found unchanged takes longer than a second.
    const refresh = this.options.exclusive === true && this.seenUnchanged ? ["-refresh=false"] : [];
    const { result, log } = await this.command("destroy", ["destroy", "-auto-approve", ...refresh]);
    return { detail: `${result.changes.remove.toString()} resources`, log };
  }

  private async command(
    name: string,
    args: readonly string[],
    signal?: AbortSignal,
    accepted: readonly number[] = [0],
  ): Promise<{ result: TerraformRun; log: string }> {
    const { terraform, stackFolder, logs, environment, name: stack } = this.options;
    const log = join(logs, `${["terraform", ...(stack === undefined ? [] : [stack]), name].join("-")}.log`);
    const result = await runTerraform(terraform, args, {
      stackFolder,
      log,
      environment,
      ...(signal === undefined ? {} : { signal }),
    });
    if (!accepted.includes(result.exitCode)) {
      const errors = result.errors.length === 0 ? [`exit ${result.exitCode.toString()}`] : result.errors;
      const told = [...errors, ...interruptedBefore(errors, () => readStack(stackFolder))];
      throw new DeploymentFailure(`terraform ${args[0] ?? ""}: ${told.join("\n")}`, log, result.failed);
    }
    return { result, log };
  }
}

/** `helm_release.control-plane_base` without the hash that makes it unique. */
function shortAddress(address: string): string {
  return address.replace(/_[0-9A-F]{8}$/, "").replace(/^[^.]*\./, "");
}
