import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import type { ProjectCopy } from "../rehearsal/proofs/project-copy";
import type { Report } from "../rehearsal/report/report";
import type { WatchSummary } from "../smoke/watch/watch-tally";
import { Inside } from "./inside";

/** Options of {@link KeptUpgrade}. */
export interface KeptUpgradeOptions {
  readonly project: ProjectCopy;
  /** Name of the environment in that project. */
  readonly environment: string;
  /** Context that its file names. */
  readonly context: string;
  readonly signal: AbortSignal;
}

interface Kubeconfig {
  "current-context": string;
  readonly contexts: { name: string }[];
}

/** A rehearsal that is kept, as the cluster of a person who upgrades it from a checkout. */
export class KeptUpgrade {
  private readonly inside: Inside;
  private readonly variables: readonly string[];

  /** @throws Error where it was not deployed by Terraform */
  public constructor(
    private readonly report: Report,
    private readonly options: KeptUpgradeOptions,
  ) {
    const { root } = options.project;
    this.inside = new Inside(report, join(root, "home"), options.signal);
    // Where the environment looks for it.
    const kubeconfig = join(root, "home", ".kube", "config");
    mkdirSync(dirname(kubeconfig), { recursive: true });
    writeFileSync(kubeconfig, this.kubeconfig(), { mode: 0o600 });
    const charts = join(root, "charts");
    mkdirSync(charts);
    for (const file of archivesBelow(dirname(report.logs))) {
      copyFileSync(file, join(charts, file.slice(file.lastIndexOf("/") + 1)));
    }
    this.variables = [
      `--chdir=${root}`,
      `KUBECONFIG=${kubeconfig}`,
      `HOME=${join(root, "home")}`,
      `ISTIO_CDKTF_CHARTS_DIRECTORY=${charts}`,
      `TF_CLI_CONFIG_FILE=${this.providers()}`,
    ];
  }

  /** Makes what the rehearsal deployed this checkout's. */
  public async takeOver(): Promise<void> {
    const { project, environment } = this.options;
    const { stdout } = await this.inside.run(
      ...["terraform", `-chdir=${this.inside.kept.stack}`, "state", "pull"],
    );
    project.write(join(".state", `${environment}-mesh.tfstate`), stdout);
    project.write("outputs.json", JSON.stringify(this.report.outcome?.outputs ?? {}));
  }

  /**
   * Seconds of `npm run upgrade -- <environment> --apply`, and what each of its steps took. It leaves the cores to the
   * cluster, which elsewhere are not those of whoever deploys.
   *
   * @throws Error with its output where it does not end well
   */
  public async upgrade(
    ...options: readonly string[]
  ): Promise<{ readonly seconds: number; readonly steps: readonly string[] }> {
    const { environment } = this.options;
    const command = ["deployment/upgrade/main.ts", environment, "--apply", "--interval", "100ms", ...options];
    const { seconds, stdout } = await this.run("nice", "-n", "5", process.execPath, "run.mjs", ...command);
    const steps = stdout.matchAll(/^\d+ of \d+: (.*)$|^ {2}took: (.*)$/gm);
    return { seconds, steps: [...steps].map(([, title, took]) => title ?? took ?? "") };
  }

  /** Sends a request each so many milliseconds until it is told to end. */
  public watch(connections: "new" | "reuse", intervalMs: number): { stop(): Promise<WatchSummary> } {
    const pidFile = join(this.options.project.root, `${connections}.pid`);
    const script = `echo $$ >${pidFile}; exec "$@"`;
    const watching = [
      ...["smoke/main.ts", "--outputs", "outputs.json", "--watch", "--json"],
      ...["--connections", connections, "--interval", `${intervalMs}ms`],
    ];
    const ended = this.run("sh", "-c", `${script} || true`, "sh", process.execPath, "run.mjs", ...watching);
    ended.catch(() => undefined);
    return {
      stop: async () => {
        await this.run("sh", "-c", `kill -INT $(cat ${pidFile})`);
        return JSON.parse((await ended).stdout) as WatchSummary;
      },
    };
  }

  private async run(...command: readonly string[]) {
    return await this.inside.run("env", ...this.variables, ...command);
  }

  private kubeconfig(): string {
    const { kept } = this.inside;
    const kubeconfig = parse(readFileSync(kept.kubeconfig, "utf8")) as Kubeconfig;
    for (const context of kubeconfig.contexts) context.name = this.options.context;
    kubeconfig["current-context"] = this.options.context;
    return stringify(kubeconfig);
  }

  /** A configuration by which Terraform takes the providers that rehearsals keep. */
  private providers(): string {
    const cache = process.env["REHEARSAL_CACHE"] ?? join(process.env["HOME"] ?? "", ".cache", "istio-cdktf");
    const path = join(this.options.project.root, "terraformrc");
    const mirror = JSON.stringify(join(cache, "terraform-providers"));
    writeFileSync(path, `provider_installation {\n  filesystem_mirror { path = ${mirror} }\n}\n`);
    return path;
  }
}

function archivesBelow(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".tgz")).map((file) => join(folder, file));
}
