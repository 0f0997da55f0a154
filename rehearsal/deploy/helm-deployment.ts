import { appendFileSync } from "node:fs";
import { join } from "node:path";

import { type StepOutcome } from "../steps";
import { parseStack, readStack } from "../stack/read-stack";
import type { OutputValues, RunCommand } from "../terraform/evaluate";
import { clusterEnvironment } from "./cluster-environment";
import { type Deployment, DeploymentFailure } from "./deployment";
import { deployWithoutProviders } from "./without-providers/deploy";
import { destroyWithoutProviders } from "./without-providers/destroy";
import type { ProgressEvent, ProviderlessOptions, ProviderlessPrograms } from "./without-providers/options";
import { planWithoutProviders } from "./without-providers/plan";
import { ProviderlessError } from "./without-providers/walk";

export interface HelmDeploymentOptions {
  readonly programs: ProviderlessPrograms;
  readonly stackFolder: string;
  readonly kubeconfigPath: string;
  readonly logs: string;
  readonly run: RunCommand;
}

/** Deploys a stack with the Helm CLI and kubectl, where Terraform's helm and kubernetes providers cannot be had. */
export class HelmDeployment implements Deployment {
  readonly title = "installed with the Helm CLI, without Terraform's providers";
  private deployed: OutputValues | undefined;

  constructor(private readonly options: HelmDeploymentOptions) {}

  async apply(signal: AbortSignal, name: "apply" | "apply-again" = "apply"): Promise<StepOutcome> {
    return await this.step(name, async (options) => {
      this.deployed = await deployWithoutProviders({ ...options, signal });
      const releases = options.stack.blocks.filter(({ kind }) => kind === "release");
      return `${releases.length.toString()} releases`;
    });
  }

  async planAgain(): Promise<StepOutcome> {
    return await this.step("second-plan", async (options) => {
      const changes = await planWithoutProviders(options, this.deployed);
      if (changes.length === 0) return "no changes";
      throw new Error(
        `a second plan wants changes: ${changes.map(({ title, reason }) => `${title} ${reason}`).join("; ")}`,
      );
    });
  }

  async planOf(stackJson: string): Promise<readonly string[]> {
    let planned: readonly string[] = [];
    await this.step("plan-of-another", async (options) => {
      const stack = parseStack(JSON.parse(stackJson), this.options.stackFolder);
      planned = (await planWithoutProviders({ ...options, stack })).map(
        ({ title, reason }) => `${title} ${reason}`,
      );
      return planned.join("\n");
    });
    return planned;
  }

  outputs(): Promise<string> {
    if (this.deployed === undefined) throw new Error("the outputs are known after apply");
    return Promise.resolve(JSON.stringify(this.deployed, undefined, 2));
  }

  async destroy(): Promise<StepOutcome> {
    return await this.step("destroy", async (options) => {
      await destroyWithoutProviders(options);
      return `${options.stack.blocks.filter(({ kind }) => kind === "release" || kind === "namespace").length.toString()} resources`;
    });
  }

  private async step(
    name: string,
    work: (options: ProviderlessOptions) => Promise<string>,
  ): Promise<StepOutcome> {
    const { programs, stackFolder, kubeconfigPath, logs, run } = this.options;
    const log = join(logs, `helm-${name}.log`);
    const write = (line: string) => appendFileSync(log, `${new Date().toISOString()} ${line}\n`);
    const onProgress = ({ state, title }: ProgressEvent) => {
      write(`${state} ${title}`);
    };
    const environment = clusterEnvironment(kubeconfigPath, join(logs, ".."));
    try {
      const detail = await work({ stack: readStack(stackFolder), programs, environment, run, onProgress });
      return { detail, log };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      write(message);
      const failures = error instanceof ProviderlessError ? error.failures : [];
      throw new DeploymentFailure(
        message,
        log,
        failures.map(({ address }) => address),
      );
    }
  }
}
