import { describe, expect, test } from "vitest";

import { type ApiClient } from "../../../rehearsal/api/client";
import { type Deployment, DeploymentFailure } from "../../../rehearsal/deploy/deployment";
import { type Fault } from "../../../rehearsal/faults/fault";
import { EventRecorder } from "../../../rehearsal/prove/event-recorder";
import { applyAndRecover, type ApplyRequest } from "../../../rehearsal/session/apply";
import { type StepMessage, type StepResult, Steps } from "../../../rehearsal/steps";
import { FakeCluster } from "../../support/kubernetes/fake-cluster";

const istiod = {
  name: "istiod",
  namespace: "mesh",
  chart: "istiod",
  repository: "oci://example.test",
  version: "1.2.3",
};
const json = { resource: { helm_release: { istiod } } };
const api: ApplyRequest["api"] = {
  get: <T>() => Promise.resolve("ok" as T),
  list: <T>() => Promise.resolve([] as readonly T[]),
};

/** A deployment that fails once and leaves its release in a state, and succeeds when there is nothing in its way. */
class InterruptedOnce {
  public readonly logs: string[] = [];

  public constructor(
    private readonly cluster: FakeCluster,
    private readonly leaves: string | undefined,
  ) {}

  public get deployment(): Deployment {
    const deploy = (name = "apply") => {
      this.logs.push(name);
      if (this.logs.length === 1) {
        if (this.leaves !== undefined) this.store(this.leaves);
        return Promise.reject(
          new DeploymentFailure("istiod: connection refused", "/log", ["helm_release.istiod"]),
        );
      }
      if (this.cluster.releases.has("mesh/istiod")) return Promise.reject(new Error("cannot re-use a name"));
      this.store("deployed");
      return Promise.resolve({ detail: "1 resources" });
    };
    return { apply: (_signal: AbortSignal, name?: string) => deploy(name) } as unknown as Deployment;
  }

  private store(status: string): void {
    this.cluster.releases.set("mesh/istiod", { status, chart: "istiod-1.2.3", values: {} });
  }
}

interface Run {
  readonly steps: readonly StepResult[];
  readonly ok: boolean;
  readonly logs: readonly string[];
  readonly cluster: FakeCluster;
}

async function applyWith(options: {
  readonly leaves?: string;
  readonly broke?: boolean;
  readonly fault?: Fault;
  readonly succeeds?: true;
}): Promise<Run> {
  const results: StepResult[] = [];
  const steps = new Steps((message: StepMessage) => {
    if (message.type === "step-ended") results.push(message.step);
  });
  const cluster = new FakeCluster();
  const interrupted = new InterruptedOnce(cluster, options.leaves);
  const succeeding = { apply: () => Promise.resolve({ detail: "1 resources" }) } as unknown as Deployment;
  await applyAndRecover({
    deployment: options.succeeds === true ? succeeding : interrupted.deployment,
    api,
    endings: () => (options.broke === true ? ["kube-apiserver"] : []),
    helm: cluster.options(json),
    events: new EventRecorder({} as ApiClient),
    steps,
    signal: new AbortController().signal,
    fault: options.fault,
  }).catch(() => undefined);
  return { steps: results, ok: steps.ok, logs: interrupted.logs, cluster };
}

function fault(named: RegExp): Fault & { readonly healed: () => boolean } {
  let healed = false;
  return {
    title: "something breaks",
    named,
    stopsApiServer: true,
    strike: () => Promise.resolve(),
    heal: () => {
      healed = true;
      return Promise.resolve();
    },
    healed: () => healed,
  };
}

describe("an apply that the control plane interrupted", () => {
  test("is named with the command that clears it, cleared by that command, and completes when it is repeated", async () => {
    const { steps, ok, logs, cluster } = await applyWith({ leaves: "pending-install", broke: true });
    expect(ok).toBe(true);
    expect(steps.map(({ title }) => title)).toEqual(["apply", "clear what was interrupted", "apply again"]);
    const command = "helm uninstall istiod --namespace mesh --wait";
    expect(steps[0]?.detail).toMatch(/^interrupted, because kube-apiserver ended\n/);
    expect(steps[0]?.detail).toContain("release istiod in namespace mesh is pending-install");
    expect(steps[0]?.detail).toContain(command);
    expect(steps[1]?.detail).toBe(command);
    expect(cluster.changes).toEqual([command]);
    expect(logs).toEqual(["apply", "apply-again"]);
    expect(steps[2]?.detail).toContain("every release is deployed, once");
  });

  test("that left nothing halfway is just repeated", async () => {
    const { steps, ok, cluster } = await applyWith({ broke: true });
    expect(ok).toBe(true);
    expect(steps[1]?.detail).toBe("nothing was left halfway");
    expect(cluster.changes).toEqual([]);
  });
});

describe("an apply that failed by itself", () => {
  test("is not repeated, and nothing is cleared", async () => {
    const { steps, ok, logs, cluster } = await applyWith({ leaves: "pending-install" });
    expect(ok).toBe(false);
    expect(logs).toEqual(["apply"]);
    expect(cluster.changes).toEqual([]);
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ ok: false, log: "/log" });
    expect(steps[0]?.detail).toContain("istiod: connection refused");
  });
});

describe("a fault that was asked for", () => {
  test("is healed and survived where the failure named it", async () => {
    const broken = fault(/is pending-install/);
    const { steps, ok } = await applyWith({ leaves: "pending-install", fault: broken });
    expect(broken.healed()).toBe(true);
    expect(ok).toBe(true);
    expect(steps[0]?.title).toBe("apply, while something breaks");
  });

  test("fails the rehearsal where the failure did not name it", async () => {
    const { steps, ok } = await applyWith({ leaves: "pending-install", fault: fault(/another cause/) });
    expect(ok).toBe(false);
    expect(steps[0]?.detail).toContain("without naming the cause");
  });

  test("fails the rehearsal where the deployment did not notice it", async () => {
    const { steps, ok } = await applyWith({ succeeds: true, fault: fault(/anything/) });
    expect(ok).toBe(false);
    expect(steps[0]?.detail).toContain("came too late");
  });
});
