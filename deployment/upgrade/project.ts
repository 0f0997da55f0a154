import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { meshStackName } from "../../config/names";
import { CommandError, run } from "../../rehearsal/namespace/run-command";
import type { KubeconfigOptions } from "../../smoke/kubernetes/kubeconfig-api";
import { NoIngressGateway } from "../../smoke/outputs/input-error";
import { readTarget } from "../../smoke/outputs/read-target";
import type { Target } from "../../smoke/target";
import { orderedStacks, type StackFolder } from "../stacks";
import type { Terraform } from "../terraform";
import type { DeployOptions, UpgradeWorld } from "./apply-steps";
import type { MeshCluster } from "./mesh-cluster";
import { watchBeside, type Watching } from "./watch-beside";

/** What {@link Project} is about. */
export interface ProjectOptions {
  readonly environment: string;
  /** Path of its file. */
  readonly file: string;
  readonly terraform: Terraform;
  /** How the cluster is reached, where something says so. */
  readonly connection: KubeconfigOptions | undefined;
  readonly cluster: MeshCluster | undefined;
  /** Between two requests of a kind beside a deployment. */
  readonly intervalMs: number;
}

/** Where nobody can look into the cluster: pods that go drain for so long. */
const drainMs = 15_000;

/** How long the smoke test waits for what a step has just changed. */
const smokeTimeout = "60s";

/** Carries an upgrade out in this checkout. */
export class Project implements UpgradeWorld {
  public constructor(private readonly options: ProjectOptions) {}

  public write(text: string): void {
    writeFileSync(this.options.file, text);
  }

  public async deploy(how?: DeployOptions): Promise<boolean> {
    const stack = await this.synthesize();
    if (stack === undefined) return false;
    const args = [
      "apply",
      "-auto-approve",
      "-input=false",
      ...(how?.oneByOne === true ? ["-parallelism=1"] : []),
    ];
    return await this.options.terraform.succeeds(
      stack.folder,
      args,
      how === undefined ? {} : { signal: how.stopping },
    );
  }

  /** Writes the mesh's stack and connects it to its state, so that its outputs can be read. */
  public async prepare(): Promise<boolean> {
    const stack = await this.synthesize();
    return stack !== undefined && (await this.options.terraform.initializes(stack.folder));
  }

  public async watch(onFailure: () => void): Promise<Watching | undefined> {
    const target = await this.target();
    return target === undefined
      ? undefined
      : await watchBeside(target, { intervalMs: this.options.intervalMs, onFailure });
  }

  public async settle(): Promise<void> {
    const { cluster } = this.options;
    await (cluster === undefined ? delay(drainMs) : cluster.drained());
  }

  public async fault(): Promise<string | undefined> {
    if ((await this.target()) === undefined) return undefined;
    const { environment, connection = {} } = this.options;
    const { kubeconfig, context } = connection;
    const args = [
      ...["run.mjs", "smoke/main.ts", environment, "--timeout", smokeTimeout],
      ...(kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig]),
      ...(context === undefined ? [] : ["--context", context]),
    ];
    try {
      await run(process.execPath, args, { cwd: __PROJECT_ROOT__ });
      return undefined;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return (error.stdout + error.stderr).trim();
    }
  }

  public async notReady(revision: string): Promise<string | undefined> {
    return await this.options.cluster?.notReady(revision);
  }

  public async stillUsed(revisions: readonly string[]): Promise<string | undefined> {
    return await this.options.cluster?.stillUsed(revisions);
  }

  public async warningsSince(milliseconds: number): Promise<readonly string[]> {
    const { cluster } = this.options;
    if (cluster === undefined) return [];
    const namespaces = (await this.target())?.mesh?.outputs.release_namespaces ?? ["istio-system"];
    return await cluster.warningsSince(milliseconds, namespaces);
  }

  public interrupted(): boolean {
    return this.options.terraform.interrupted;
  }

  public tell(line: string): void {
    process.stdout.write(`${line}\n`);
  }

  /** Undefined where there is no gateway to send anything to. */
  private async target(): Promise<Target | undefined> {
    const { environment } = this.options;
    try {
      return await readTarget(
        { environment },
        { projectRoot: __PROJECT_ROOT__, processEnvironment: process.env },
      );
    } catch (error) {
      if (error instanceof NoIngressGateway) return undefined;
      throw error;
    }
  }

  private async synthesize(): Promise<StackFolder | undefined> {
    const { environment, terraform } = this.options;
    if ((await terraform.inherit(process.execPath, ["run.mjs", "main.ts", environment])) !== 0) {
      return undefined;
    }
    const output = process.env["CDKTF_OUTDIR"] ?? join(__PROJECT_ROOT__, "cdktf.out");
    return orderedStacks(output, [environment]).find(({ name }) => name === meshStackName(environment));
  }
}
