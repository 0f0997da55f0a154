import { mkdirSync } from "node:fs";
import { terraformEnvironment } from "../rehearsal/deploy/terraform";
import type { Kept, Report } from "../rehearsal/report/report";
import { timeCommand, type TimedCommand } from "./timed-command";

/** Runs commands inside a kept rehearsal. */
export class Inside {
  public readonly kept: Kept;
  private readonly environment: NodeJS.ProcessEnv;

  /**
   * @param home folder for what the programs keep
   * @throws Error when the rehearsal is not one by Terraform, or was not kept
   */
  public constructor(
    { kept, deployment }: Report,
    home: string,
    private readonly signal: AbortSignal,
  ) {
    if (kept === undefined || !deployment.includes("by Terraform")) {
      throw new Error(`the bench needs Terraform's providers: ${deployment}`);
    }
    mkdirSync(home, { recursive: true });
    this.kept = kept;
    this.environment = {
      ...terraformEnvironment(process.env),
      HOME: home,
      KUBECONFIG: kept.kubeconfig,
      PATH: [...kept.path, process.env["PATH"] ?? ""].join(":"),
    };
  }

  public async run(...command: string[]): Promise<TimedCommand> {
    const { kept, environment, signal } = this;
    return await timeCommand([...kept.enter.split(" "), ...command], { environment, signal });
  }

  public async terraform(command: "apply" | "destroy" | "plan", ...args: string[]): Promise<TimedCommand> {
    // A command that enters a mount namespace is at its root.
    const folder = `-chdir=${this.kept.stack}`;
    return await this.run("terraform", folder, command, "-input=false", "-no-color", ...args);
  }

  /** Seconds of a plan; @throws Error when it has changes */
  public async planWithoutChanges(...args: string[]): Promise<number> {
    return (await this.terraform("plan", "-detailed-exitcode", ...args)).seconds;
  }
}
