import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { appendFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

import { type Cluster, type ClusterOptions, startCluster } from "../cluster";
import { clusterEnvironment } from "../deploy/cluster-environment";
import { type Deployment } from "../deploy/deployment";
import { HelmDeployment } from "../deploy/helm-deployment";
import { terraformEnvironment } from "../deploy/terraform";
import { TerraformDeployment } from "../deploy/terraform-deployment";
import type { ProviderlessPrograms } from "../deploy/without-providers/options";
import { faultOf } from "../faults/catalogue";
import { addressPlan } from "../namespace/address-plan";
import { run } from "../namespace/run-command";
import { runProofs } from "../proofs/run-proofs";
import { analyzeCluster } from "../prove/analyze";
import { askChecks } from "../prove/ask-checks";
import { runConformance } from "../prove/conformance";
import { EventRecorder } from "../prove/event-recorder";
import { type Inventory, leftBehind, takeInventory } from "../prove/inventory";
import { runSmokeTest } from "../prove/smoke";
import { readStack } from "../stack/read-stack";
import { applyAndRecover } from "./apply";
import { type Message, type Outcome, type Request, type SessionPlan } from "./messages";
import { StepFailure, Steps } from "../steps";

const smokeTimeoutSeconds = 90;

/** The rehearsal inside its namespaces: brings up, deploys, proves and takes down. */
export class Session {
  protected readonly stopping = new AbortController();
  private readonly problems: string[] = [];
  private readonly standIns = new Map<string, string>();
  protected readonly startedMilliseconds = Date.now();
  protected readonly steps = new Steps((message) => {
    this.tell(message);
  });
  protected keep: boolean;
  /** Clusters beside the first, closed before it. */
  protected readonly others: Cluster[] = [];
  private outsideIsThere = true;
  private failed = false;
  protected secondsToHealthy: number | undefined;
  private outputs: string | undefined;
  private downRequested: () => void = () => undefined;
  private readonly down = new Promise<void>((resolve) => {
    this.downRequested = resolve;
  });

  constructor(protected readonly plan: SessionPlan) {
    this.keep = plan.keep;
  }

  async run(): Promise<void> {
    const control = this.listen();
    let cluster: Cluster | undefined;
    try {
      await this.steps.run("control plane", async () => {
        cluster = await this.startCluster();
        return { detail: `Kubernetes ${this.plan.kubernetesVersion}`, log: cluster.logFolder };
      });
      if (cluster !== undefined) {
        this.tell({ type: "ready", kubeconfig: cluster.kubeconfigPath });
        await this.rehearse(cluster);
      }
    } catch (error) {
      // A step that failed was told of; what fails between steps was not.
      if (this.steps.ok) this.fail(error);
    }
    // One that failed is not left behind: the command outside tells nobody how to reach it, and waits for its end.
    if (this.keep && this.outcome(cluster).ok) {
      this.tell({ type: "finished", outcome: this.outcome(cluster) });
      await this.down;
      await this.close(cluster);
    } else {
      await this.close(cluster);
      this.tell({ type: "finished", outcome: this.outcome(cluster) });
    }
    control.close();
    rmSync(this.plan.controlSocket, { force: true });
    process.exit(0);
  }

  private async close(cluster: Cluster | undefined): Promise<void> {
    await Promise.all(
      [...this.others, ...(cluster === undefined ? [] : [cluster])].map((one) => one.close()),
    );
  }

  private fail(error: unknown): void {
    this.failed = true;
    this.problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  protected async startCluster(): Promise<Cluster> {
    return await this.start({
      folder: join(this.plan.folder, "cluster"),
      plan: addressPlan,
      resolvesForAll: true,
    });
  }

  /** Starts one cluster; what it has to tell is this rehearsal's. */
  protected async start(place: Pick<ClusterOptions, "folder" | "plan" | "resolvesForAll">): Promise<Cluster> {
    const { programs, kubernetesVersion, conformance } = this.plan;
    return await startCluster({
      kubernetesVersion,
      ...place,
      programs: {
        controlPlane: programs,
        standIns: programs,
        redirect: programs.redirect,
        networkPolicy: programs.networkPolicy,
        certificates: programs.certificates,
        kubeletServer: programs.kubeletServer,
        ...(conformance === undefined ? {} : { conformance: conformance.programs }),
      },
      onStandIn: (image, title) => this.standIns.set(image, title),
      onProblem: (where, message) => {
        this.problems.push(`${where}: ${message}`);
        appendFileSync(
          join(this.plan.logs, "cluster.log"),
          `${new Date().toISOString()} ${where}: ${message}\n`,
        );
      },
    });
  }

  protected async rehearse(cluster: Cluster): Promise<void> {
    const deployment = this.deployment();
    const before = await takeInventory(cluster.api);
    try {
      await this.prove(cluster, deployment);
    } finally {
      if (!this.keep || this.stopping.signal.aborted) await this.takeDown(cluster, deployment, before);
    }
  }

  private async prove(cluster: Cluster, deployment: Deployment): Promise<void> {
    const { plan, steps } = this;
    await this.apply(cluster, deployment);
    const outputs = await deployment.outputs();
    this.outputs = outputs;
    if (plan.hasGateway) {
      await steps.run("smoke test", async () => {
        const { kubeconfigPath } = cluster;
        const { smokeBundle: command, mtls, logs } = plan;
        const timeoutSeconds = smokeTimeoutSeconds;
        const seen = await runSmokeTest({ command, outputs, kubeconfigPath, mtls, logs, timeoutSeconds });
        this.secondsToHealthy = (Date.now() - this.startedMilliseconds) / 1000;
        return seen;
      });
    }
    await steps.run("second plan", () => deployment.planAgain());
    await steps.run("istioctl analyze", () =>
      analyzeCluster({
        istioctl: plan.programs.istioctl,
        kubeconfigPath: cluster.kubeconfigPath,
        logs: plan.logs,
      }),
    );
    await this.runProofs(cluster, deployment, outputs);
    const { conformance } = plan;
    if (conformance === undefined) return;
    await steps.run(`Gateway API conformance (${conformance.kind})`, () =>
      runConformance({
        ...conformance,
        kubectl: plan.programs.kubectl,
        kubeconfigPath: cluster.kubeconfigPath,
        logs: plan.logs,
        signal: this.stopping.signal,
      }),
    );
  }

  private async apply(cluster: Cluster, deployment: Deployment): Promise<void> {
    const { plan, steps } = this;
    const { api, supervisor, kubeconfigPath } = cluster;
    const { signal } = this.stopping;
    const stack = readStack(plan.deploy.stackFolder);
    const events = new EventRecorder(api);
    const recorded = new AbortController();
    void events.run(AbortSignal.any([signal, recorded.signal]));
    const fault = plan.fault === undefined ? undefined : faultOf(plan.fault, { api, supervisor, stack });
    const environment = clusterEnvironment(kubeconfigPath, plan.folder);
    const endings = () => supervisor.endings;
    const helm = { stack, programs: this.providerless(), environment, run };
    try {
      await applyAndRecover({ deployment, api, endings, helm, events, steps, signal, fault });
    } finally {
      recorded.abort();
    }
  }

  private async runProofs(
    { kubeconfigPath }: Cluster,
    deployment: Deployment,
    outputs: string,
  ): Promise<void> {
    const { proofs, deploy, folder } = this.plan;
    if (proofs === undefined) return;
    const { signal } = this.stopping;
    await runProofs({
      proofs,
      deployed: {
        stack: readStack(deploy.stackFolder),
        programs: this.providerless(),
        environment: clusterEnvironment(kubeconfigPath, folder),
        run,
        signal,
      },
      deployment,
      ask: await askChecks({ outputs, kubeconfigPath, signal }),
      steps: this.steps,
      signal,
    });
  }

  private async takeDown(cluster: Cluster, deployment: Deployment, before: Inventory): Promise<void> {
    await this.steps.run("destroy", () => deployment.destroy());
    await this.steps.run("nothing left", async () => {
      const { objects, definitions } = leftBehind(before, await takeInventory(cluster.api));
      const balancers = cluster.ledger.current.map(({ name }) => `load balancer ${name}`);
      const left = [...objects, ...balancers];
      if (left.length > 0) throw new StepFailure(`left behind: ${left.join(", ")}`);
      const groups = [...new Set(definitions.map((name) => name.replace(/^[^.]*\./, "")))];
      return { detail: `${definitions.length.toString()} CRDs kept on purpose (${groups.join(", ")})` };
    });
  }

  private deployment(): Deployment {
    const { deploy, logs } = this.plan;
    const { kind, stackFolder, terraform } = deploy;
    switch (kind) {
      case "terraform":
        return new TerraformDeployment({
          terraform,
          stackFolder,
          logs,
          environment: terraformEnvironment(process.env),
          exclusive: true,
        });
      case "without-providers":
        return new HelmDeployment({
          programs: this.providerless(),
          stackFolder,
          kubeconfigPath: this.plan.kubeconfigPath,
          logs,
          run,
        });
    }
  }

  private providerless(): ProviderlessPrograms {
    const { programs, deploy } = this.plan;
    const { helm, kubectl } = programs;
    return { helm, kubectl, terraform: deploy.terraform };
  }

  private outcome(cluster: Cluster | undefined): Outcome {
    const describe = ([image, title]: [string, string]) => `${title} for ${image}`;
    return {
      ok: this.steps.ok && !this.failed && !this.stopping.signal.aborted,
      standIns: [...this.standIns].map(describe).sort(),
      loadBalancers: [...(cluster === undefined ? [] : [cluster]), ...this.others]
        .flatMap(({ ledger }) => ledger.all)
        .map(
          ({ kind, name, service, deletedAt }) =>
            `${kind} ${name} of ${service}${deletedAt === undefined ? "" : ", deleted"}`,
        ),
      problems: this.problems,
      ...(this.secondsToHealthy === undefined ? {} : { secondsToHealthy: this.secondsToHealthy }),
      ...(this.outputs === undefined ? {} : { outputs: JSON.parse(this.outputs) as Record<string, unknown> }),
    };
  }

  private tell(message: Message): void {
    if (!this.outsideIsThere) return;
    try {
      writeSync(messageDescriptor, `${JSON.stringify(message)}\n`);
    } catch {
      this.outsideIsThere = false;
    }
  }

  /** Requests come from the command that started the rehearsal, and later from others through a socket. */
  private listen(): Server {
    const obey = ({ request }: Request) => {
      if (request === "keep") this.keep = true;
      else {
        if (request === "stop") this.keep = false;
        this.stopping.abort();
        this.downRequested();
      }
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => {
        obey({ request: "stop" });
      });
    const outside = createInterface({ input: process.stdin });
    outside.on("line", (line) => {
      obey(JSON.parse(line) as Request);
    });
    // The command outside has gone: a rehearsal that is not to be kept ends with it.
    outside.on("close", () => {
      if (!this.keep) obey({ request: "stop" });
    });
    const server = createServer((socket: Socket) => {
      createInterface({ input: socket }).on("line", (line) => {
        obey(JSON.parse(line) as Request);
      });
      socket.on("error", () => undefined);
      process.once("exit", () => socket.destroy());
    });
    server.listen(this.plan.controlSocket);
    return server;
  }
}

/** The file descriptor that the command outside reads messages from. */
export const messageDescriptor = 3;
