import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { terraformEnvironment } from "../rehearsal/deploy/terraform";
import type { Report } from "../rehearsal/report/report";
import { readStack } from "../rehearsal/stack/read-stack";
import { type IstioOperator, istioOperatorOf } from "./istio-operator";
import { timeCommand } from "./timed-command";

/** Seconds of one round: the same components by istioctl and by Terraform, each from nothing to nothing. */
export interface MeshRound {
  readonly istioctl: { readonly install: number; readonly again: number; readonly uninstall: number };
  readonly terraform: { readonly apply: number; readonly plan: number; readonly destroy: number };
}

/** Installs and removes a mesh inside a kept rehearsal, by istioctl and by Terraform in turn. */
export class MeshRounds {
  private readonly enter: readonly string[];
  private readonly terraform: readonly string[];
  private readonly environment: NodeJS.ProcessEnv;
  private readonly operator: IstioOperator;
  private readonly operatorPath: string;

  /**
   * @param report of a kept rehearsal, in which the mesh is installed
   * @param folder for what the programs write
   */
  public constructor(
    report: Report,
    folder: string,
    private readonly signal: AbortSignal,
  ) {
    if (report.kept === undefined || !report.deployment.includes("by Terraform")) {
      throw new Error(`the bench needs Terraform's providers: ${report.deployment}`);
    }
    const { kubeconfig, enter, stack, path } = report.kept;
    mkdirSync(folder, { recursive: true });
    this.enter = enter.split(" ");
    // A command that enters a mount namespace is at its root.
    this.terraform = ["terraform", `-chdir=${stack}`];
    this.environment = {
      ...terraformEnvironment(process.env),
      // Programs keep what they learn of a cluster in the home folder.
      HOME: folder,
      KUBECONFIG: kubeconfig,
      PATH: [...path, process.env["PATH"] ?? ""].join(":"),
    };
    this.operator = istioOperatorOf(readStack(stack));
    this.operatorPath = join(folder, "istio-operator.yaml");
    writeFileSync(this.operatorPath, stringify(this.operator.manifest, { version: "1.1" }));
  }

  public async removeFirst(): Promise<void> {
    await this.change("destroy");
    await this.removeDefinitions();
  }

  public async round(): Promise<MeshRound> {
    const { namespaces } = this.operator;
    for (const name of namespaces.slice(1)) await this.inside(["kubectl", "create", "namespace", name]);
    const install = await this.install();
    const again = await this.install();
    const purge = await this.inside(["istioctl", "uninstall", "--purge", "--skip-confirmation"]);
    const remove = await this.inside(["kubectl", "delete", "namespace", ...namespaces]);
    await this.removeDefinitions();
    // Policies, listeners and the health workload are no part of what istioctl installs.
    const targets = this.operator.addresses.map((address) => `-target=${address}`);
    const apply = await this.change("apply", ...targets);
    const planArgs = ["plan", "-input=false", "-detailed-exitcode", ...targets];
    const plan = await this.inside([...this.terraform, ...planArgs]);
    const destroy = await this.change("destroy");
    await this.removeDefinitions();
    return {
      istioctl: { install, again, uninstall: purge.seconds + remove.seconds },
      terraform: { apply, plan: plan.seconds, destroy },
    };
  }

  private async install(): Promise<number> {
    const args = ["install", "--skip-confirmation", "--filename", this.operatorPath];
    return (await this.inside(["istioctl", ...args])).seconds;
  }

  private async change(command: "apply" | "destroy", ...targets: string[]): Promise<number> {
    const args = [command, "-auto-approve", "-input=false", "-no-color", ...targets];
    const { seconds, stdout } = await this.inside([...this.terraform, ...args]);
    if (!/Resources: .*[1-9]\d* (added|destroyed)/.test(stdout)) {
      throw new Error(`terraform ${command} had nothing to do:\n${stdout}`);
    }
    return seconds;
  }

  /** Helm keeps them and istioctl removes them: without them both begin with the same. */
  private async removeDefinitions(): Promise<void> {
    const { stdout } = await this.inside(["kubectl", "get", "customresourcedefinitions", "--output", "name"]);
    const names = stdout.split("\n").filter((name) => name.endsWith(".istio.io"));
    if (names.length > 0) await this.inside(["kubectl", "delete", ...names]);
  }

  private async inside(command: readonly string[]) {
    const { enter, environment, signal } = this;
    return await timeCommand([...enter, ...command], { environment, signal });
  }
}
