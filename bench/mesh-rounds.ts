import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { readStack } from "../rehearsal/stack/read-stack";
import type { Inside } from "./inside";
import { type IstioOperator, istioOperatorOf } from "./istio-operator";

/** Seconds of one round: the same components by istioctl and by Terraform, each from nothing to nothing. */
export interface MeshRound {
  readonly istioctl: { readonly install: number; readonly again: number; readonly uninstall: number };
  readonly terraform: { readonly apply: number; readonly plan: number; readonly destroy: number };
}

/** Installs and removes a mesh inside a kept rehearsal, by istioctl and by Terraform in turn. */
export class MeshRounds {
  private readonly operator: IstioOperator;
  private readonly operatorPath: string;

  /** @param folder for the file that istioctl reads */
  public constructor(
    private readonly inside: Inside,
    folder: string,
  ) {
    this.operator = istioOperatorOf(readStack(inside.kept.stack));
    this.operatorPath = join(folder, "istio-operator.yaml");
    // Like istioctl, YAML 1.1 reads an unquoted OFF as false.
    writeFileSync(this.operatorPath, stringify(this.operator.manifest, { version: "1.1" }));
  }

  /** Removes what the rehearsal installed. */
  public async removeFirst(): Promise<void> {
    await this.change("destroy");
    await this.removeDefinitions();
  }

  public async round(): Promise<MeshRound> {
    const { inside, operator } = this;
    for (const name of operator.namespaces.slice(1)) await inside.run("kubectl", "create", "namespace", name);
    const install = await this.install();
    const again = await this.install();
    const purge = await inside.run("istioctl", "uninstall", "--purge", "--skip-confirmation");
    const remove = await inside.run("kubectl", "delete", "namespace", ...operator.namespaces);
    await this.removeDefinitions();
    // Policies, listeners and the health workload are no part of what istioctl installs.
    const targets = operator.addresses.map((address) => `-target=${address}`);
    const apply = await this.change("apply", ...targets);
    const plan = await inside.planWithoutChanges(...targets);
    const destroy = await this.change("destroy");
    await this.removeDefinitions();
    return {
      istioctl: { install, again, uninstall: purge.seconds + remove.seconds },
      terraform: { apply, plan, destroy },
    };
  }

  private async install(): Promise<number> {
    const args = ["install", "--skip-confirmation", "--filename", this.operatorPath];
    return (await this.inside.run("istioctl", ...args)).seconds;
  }

  private async change(command: "apply" | "destroy", ...targets: string[]): Promise<number> {
    const { seconds, stdout } = await this.inside.terraform(command, "-auto-approve", ...targets);
    if (!/Resources: .*[1-9]\d* (added|destroyed)/.test(stdout)) {
      throw new Error(`terraform ${command} had nothing to do:\n${stdout}`);
    }
    return seconds;
  }

  /** Helm keeps them and istioctl removes them: without them both begin with the same. */
  private async removeDefinitions(): Promise<void> {
    const { stdout } = await this.inside.run("kubectl", "get", "crds", "--output", "name");
    const names = stdout.split("\n").filter((name) => name.endsWith(".istio.io"));
    if (names.length > 0) await this.inside.run("kubectl", "delete", ...names);
  }
}
