import type { CommandOptions } from "../../namespace/run-command";
import { Evaluator } from "../../terraform/evaluate";
import type { ProviderlessOptions } from "./options";

/** Variables of Helm that say where it keeps its files; others would change what it does. */
const keptHelmVariables =
  /^HELM_(CACHE_HOME|CONFIG_HOME|DATA_HOME|REGISTRY_CONFIG|REPOSITORY_(CACHE|CONFIG))$/;

/** Helm, kubectl and Terraform's core, pointed at one cluster. */
export class ClusterPrograms {
  public readonly evaluator: Evaluator;
  private readonly environment: NodeJS.ProcessEnv;

  public constructor(private readonly options: ProviderlessOptions) {
    const { environment, programs, run } = options;
    const kept = Object.entries(environment).filter(
      ([name]) => !name.startsWith("HELM_") || keptHelmVariables.test(name),
    );
    this.environment = Object.fromEntries(kept);
    this.evaluator = new Evaluator(programs.terraform, run, environment);
  }

  public helm(args: readonly string[]): Promise<string> {
    return this.start(this.options.programs.helm, args);
  }

  /** @param input standard input */
  public kubectl(args: readonly string[], input?: string): Promise<string> {
    return this.start(this.options.programs.kubectl, args, input === undefined ? {} : { input });
  }

  /** Parsed output of kubectl; undefined where the object does not exist. */
  public async kubectlJson<T>(args: readonly string[]): Promise<T | undefined> {
    const printed = await this.kubectl([...args, "--output", "json"]);
    return printed.trim() === "" ? undefined : (JSON.parse(printed) as T);
  }

  private start(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
    const { run, signal } = this.options;
    return run(program, args, {
      ...options,
      environment: this.environment,
      ...(signal === undefined ? {} : { signal }),
    });
  }
}
