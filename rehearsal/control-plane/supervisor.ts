import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { startTicksOf } from "../namespace/process-start";
import { run } from "../namespace/run-command";

/** The programs of a control plane that are started again when they end. */
export const components = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok-controller",
] as const;

export type Component = (typeof components)[number];

export interface SupervisorOptions {
  readonly kwokctl: string;
  readonly clusterName: string;
  /** kwokctl's folder of the cluster. */
  readonly clusterFolder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly onProblem: (message: string) => void;
}

/**
 * They run without leader election. With it they would have lost their lease while the API server was away, ended,
 * and begun anew; as they are they would try again ever more seldom, up to a minute apart.
 */
const endedWithApiServer = ["kube-controller-manager", "kube-scheduler"] as const;

const checkMilliseconds = 500;
const startTimeout = "60s";

/** Does what a service manager does on a real control plane: starts a component again that has ended. */
export class Supervisor {
  private readonly held = new Set<Component>();
  private readonly ended: Component[] = [];

  constructor(private readonly options: SupervisorOptions) {}

  /** The components that ended so far, in order; one that ended twice is there twice. */
  get endings(): readonly Component[] {
    return this.ended;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(checkMilliseconds, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.check();
    }
  }

  /** Ends a component at once, as a crash does, and keeps it from being started until it is released. */
  kill(component: Component): void {
    const pid = this.pidOf(component);
    if (pid === undefined || hasEnded(pid)) throw new Error(`${component} does not run`);
    this.held.add(component);
    endNow(pid);
  }

  /** Lets killed components start again, and waits until the control plane answers. */
  async release(...released: readonly Component[]): Promise<void> {
    for (const component of released) this.held.delete(component);
    await this.check();
  }

  private async check(): Promise<void> {
    const gone = components.filter(
      (component) => !this.held.has(component) && hasEnded(this.pidOf(component)),
    );
    if (gone.length === 0) return;
    this.ended.push(...gone);
    this.options.onProblem(`${gone.join(", ")} ended and is started again`);
    const { kwokctl, clusterName, environment } = this.options;
    const follow = gone.includes("kube-apiserver") ? endedWithApiServer : [];
    for (const component of follow) endNow(this.pidOf(component));
    // kwokctl takes a process that ended and that nobody has waited for as one that runs.
    for (const component of [...gone, ...follow]) rmSync(this.pidFile(component), { force: true });
    try {
      await run(kwokctl, ["start", "cluster", "--name", clusterName, "--wait", startTimeout], {
        environment,
      });
    } catch (error) {
      this.options.onProblem(error instanceof Error ? error.message : String(error));
    }
  }

  private pidFile(component: Component): string {
    return join(this.options.clusterFolder, "pids", `${component}.pid`);
  }

  private pidOf(component: Component): number | undefined {
    try {
      return Number(readFileSync(this.pidFile(component), "utf8"));
    } catch {
      return undefined;
    }
  }
}

function endNow(pid: number | undefined): void {
  if (pid !== undefined && !hasEnded(pid)) process.kill(pid, "SIGKILL");
}

/** Whether a component's process is no more; one without a process was not started. */
function hasEnded(pid: number | undefined): boolean {
  return pid !== undefined && startTicksOf(pid) === undefined;
}
