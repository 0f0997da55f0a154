import { join } from "node:path";

import type { Cluster } from "../cluster";
import type { Deployment } from "../deploy/deployment";
import { terraformEnvironment } from "../deploy/terraform";
import { TerraformDeployment } from "../deploy/terraform-deployment";
import { separatePods } from "../namespace/network";
import { type Inventory, leftBehind, takeInventory } from "../prove/inventory";
import { runSmokeTest } from "../prove/smoke";
import { Session } from "../session/inside";
import type { DeployPlan, MeshPlan, MemberPlan, SessionPlan } from "../session/messages";
import { StepFailure } from "../steps";
import { controlPlaneFails, workloadFails } from "./failover";
import { requireMeshRoot } from "./foreign-root";
import { handOver } from "./hand-over";
import { memberFolder, memberPlans } from "./prepare-mesh";
import { untilSynced } from "./synced";
import { requireNoToken } from "./tokens";

/** A member while it runs. */
export interface RunningMember {
  readonly plan: MemberPlan;
  readonly cluster: Cluster;
  readonly deployment: TerraformDeployment;
}

const eastWestService = "istio-eastwest/istio-eastwestgateway";
const handOverSeconds = 240;
const syncSeconds = 60;
const smokeTimeoutSeconds = 120;

/** A rehearsal of several clusters that are one mesh, each with a control plane of its own. */
export class MeshSession extends Session {
  constructor(
    plan: SessionPlan,
    private readonly mesh: MeshPlan,
  ) {
    super(plan);
  }

  protected override async startCluster(): Promise<Cluster> {
    const [first, ...others] = await Promise.all(
      this.mesh.members.map(({ environment }, index) => this.startMember(environment, index)),
    );
    if (first === undefined) throw new Error("the mesh has no members");
    this.others.push(...others);
    const [one, other] = memberPlans;
    if (one !== undefined && other !== undefined) await separatePods(one, other);
    return first;
  }

  private startMember(environment: string, index: number): Promise<Cluster> {
    const { folder } = this.plan;
    const plan = memberPlans[index];
    if (plan === undefined) throw new Error(`a rehearsal has no addresses for ${environment}`);
    const place = index === 0 ? join(folder, "cluster") : memberFolder(folder, environment);
    return this.start({ folder: place, plan, resolvesForAll: index === 0 });
  }

  protected override async rehearse(cluster: Cluster): Promise<void> {
    const clusters = [cluster, ...this.others];
    const members = this.mesh.members.flatMap((plan, index): RunningMember[] => {
      const own = clusters[index];
      const deployment = this.terraform(plan.deploy, plan.environment);
      return own === undefined ? [] : [{ plan, cluster: own, deployment }];
    });
    const link = this.terraform(this.mesh.link, "link");
    const before = await Promise.all(members.map((member) => takeInventory(member.cluster.api)));
    try {
      await this.proveMesh(members, link);
    } finally {
      if (!this.keep || this.stopping.signal.aborted) await this.takeAllDown(members, link, before);
    }
  }

  private terraform({ terraform, stackFolder }: DeployPlan, name: string): TerraformDeployment {
    return new TerraformDeployment({
      terraform,
      stackFolder,
      logs: this.plan.logs,
      environment: terraformEnvironment(process.env),
      name,
      exclusive: true,
    });
  }

  private async proveMesh(members: readonly RunningMember[], link: Deployment): Promise<void> {
    const { steps, stopping } = this;
    const { signal } = stopping;
    await steps.run("apply of the members, while the root is handed over", async () => {
      const applied = await Promise.all([
        ...members.map(async ({ plan, deployment }) => {
          const { detail } = await deployment.apply(signal);
          return `${plan.environment}: ${detail}`;
        }),
        this.handOverRoot(signal),
      ]);
      return { detail: applied.join("\n") };
    });
    await steps.run("apply of the link", () => link.apply(signal));
    await steps.run("no token in a state or a plan", () =>
      requireNoToken({
        stackFolder: this.mesh.link.stackFolder,
        terraform: this.mesh.link.terraform,
        environment: terraformEnvironment(process.env),
        apis: members.map((member) => member.cluster.api),
      }),
    );
    await steps.run("each istiod has read the other clusters", async () => {
      for (const { plan, cluster } of members) {
        const others = members.filter((one) => one.plan !== plan).map((one) => one.plan.clusterName);
        await untilSynced(cluster.api, others, syncSeconds);
      }
      return { detail: members.map(({ plan }) => plan.clusterName).join(" and ") };
    });
    for (const { plan, cluster, deployment } of members) {
      await steps.run(`smoke test of ${plan.environment}`, async () =>
        runSmokeTest({
          command: this.plan.smokeBundle,
          outputs: await deployment.outputs(),
          kubeconfigPath: cluster.kubeconfigPath,
          mtls: plan.mtls,
          logs: this.plan.logs,
          timeoutSeconds: smokeTimeoutSeconds,
        }),
      );
    }
    this.secondsToHealthy = (Date.now() - this.startedMilliseconds) / 1000;
    await this.provePurpose(members);
    await steps.run("second plans", async () => {
      for (const deployment of [...members.map((one) => one.deployment), link]) await deployment.planAgain();
      return { detail: "no changes" };
    });
  }

  /** What several clusters are for, with the application that two-clusters ships. */
  private async provePurpose(members: readonly RunningMember[]): Promise<void> {
    const { steps } = this;
    const { proof } = this.mesh;
    const [west, east] = members;
    if (proof === undefined || west === undefined || east === undefined) return;
    const asked = {
      ...proof.service,
      address: { host: west.cluster.nodeAddresses[0] ?? "", port: proof.service.nodePort },
    };
    await steps.run("a client of a foreign root", () =>
      requireMeshRoot({
        api: west.cluster.api,
        issuers: proof.issuers,
        workload: {
          host: east.cluster.ledger.find(eastWestService)?.address ?? "",
          port: 15443,
          serverName: proof.serverName,
          trustDomain: proof.trustDomain,
        },
      }),
    );
    await steps.run(`${proof.service.there} is killed`, () => workloadFails(asked, east.cluster));
    await steps.run(`the control plane of ${east.plan.environment} is killed`, () =>
      controlPlaneFails(asked, east.cluster),
    );
  }

  private async handOverRoot(signal: AbortSignal): Promise<string> {
    const clusterOf = (member: string) => {
      const { kubeconfigPath = "" } = this.mesh.members.find((one) => one.environment === member) ?? {};
      return ["--kubeconfig", kubeconfigPath];
    };
    for (const { from, to } of this.mesh.handOvers) {
      await handOver({
        kubectl: this.plan.programs.kubectl,
        from: { ...from, cluster: clusterOf(from.member) },
        to: { ...to, cluster: clusterOf(to.member) },
        timeoutSeconds: handOverSeconds,
        signal,
      });
    }
    return `${this.mesh.handOvers.length.toString()} intermediate handed over`;
  }

  private async takeAllDown(
    members: readonly RunningMember[],
    link: Deployment,
    before: readonly Inventory[],
  ): Promise<void> {
    await this.steps.run("destroy", async () => {
      const first = await link.destroy();
      const others = await Promise.all(members.map(({ deployment }) => deployment.destroy()));
      return { detail: [first, ...others].map(({ detail }) => detail).join(", ") };
    });
    await this.steps.run("nothing left", async () => {
      for (const [index, { plan, cluster }] of members.entries()) {
        const was = before[index];
        if (was === undefined) continue;
        const { objects } = leftBehind(was, await takeInventory(cluster.api));
        const balancers = cluster.ledger.current.map(({ name }) => `load balancer ${name}`);
        const left = [...objects, ...balancers];
        if (left.length > 0) throw new StepFailure(`left behind in ${plan.environment}: ${left.join(", ")}`);
      }
      return { detail: "in none of the clusters" };
    });
  }
}
