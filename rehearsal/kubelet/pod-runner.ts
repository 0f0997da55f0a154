import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { type ApiClient, isUnavailable } from "../api/client";
import { type Container, type Pod, service, type Service } from "../api/objects";
import { type AddressPlan } from "../namespace/address-plan";
import { type NetworkPolicies } from "../network-policies/network-policies";
import { configurationPath, containerMounts } from "./container-mounts";
import { environmentOf, type ServiceAddress } from "./container-environment";
import { runInside } from "./enter-container";
import { expand } from "./pod-fields";
import { type ContainerState, isRunning, podStatus, statusTime } from "./pod-status";
import { PodStatusWriter } from "./pod-status-writer";
import { PodEvents, type PodWarning } from "./pod-events";
import { probeProblem, ProbeStreak } from "./probe";
import { type PublicAuthority } from "./public-authority";
import { redirectArguments, redirectOf } from "./redirect";
import { Sandbox } from "./sandbox";
import { standInFor } from "./stand-in";
import { type StandIn, type StandInPrograms } from "./stand-in-program";
import { endContainers, type EndingContainer, GracePeriod } from "./termination";
import { MissingVolumeSource, writeConfiguration, writeVolumes } from "./volumes";

/** What all pods of a rehearsal share. */
export interface PodSurroundings {
  readonly api: ApiClient;
  readonly programs: StandInPrograms;
  readonly redirectProgram: string;
  readonly networkPolicyProgram: string;
  readonly authority: PublicAuthority;
  readonly networkPolicies: Pick<NetworkPolicies, "attach" | "detach">;
  readonly plan: AddressPlan;
  readonly folder: string;
  readonly kubernetes: ServiceAddress;
  readonly hostAddress: (nodeName: string) => string;
  readonly checks: { readonly certManagerApi: () => Promise<string | undefined> };
  /** Tells the report which program stands in for which container. */
  readonly onStandIn: (container: string, title: string) => void;
  readonly onProblem: (pod: string, message: string) => void;
}

const retryMilliseconds = 150;
const refreshMilliseconds = 3000;
const readyCheckMilliseconds = 2000;
const unhealthyMilliseconds = 5000;
const longestRestartDelayMilliseconds = 10_000;

/** Runs one pod: its volumes, its network, its programs, and the status that follows from them. */
export class PodRunner {
  private readonly states = new Map<string, ContainerState>();
  private readonly processes = new Map<string, ChildProcess>();
  /** No program is started any more; those that run are probed until they have ended. */
  private readonly stopping = new AbortController();
  private readonly ended = new AbortController();
  private readonly grace = new GracePeriod();
  private readonly startedAt = statusTime();
  private readonly folder: string;
  private readonly name: string;
  private readonly events: PodEvents;
  private readonly statuses: PodStatusWriter;
  private stopped: Promise<void> | undefined;
  private finished: Promise<void> = Promise.resolve();
  private sandbox: Sandbox | undefined;
  private pod: Pod;

  constructor(
    pod: Pod,
    private readonly address: string,
    private readonly interfaceName: string,
    private readonly around: PodSurroundings,
  ) {
    this.name = `${pod.metadata.namespace ?? "default"}/${pod.metadata.name}`;
    this.folder = join(around.folder, `${pod.metadata.namespace ?? "default"}_${pod.metadata.name}`);
    this.events = new PodEvents(around.api, pod);
    const onProblem = (message: string) => {
      around.onProblem(this.name, message);
    };
    this.statuses = new PodStatusWriter(around.api, pod, { onProblem, signal: this.ended.signal });
    const host = around.hostAddress(pod.spec.nodeName ?? "");
    this.pod = { ...pod, status: { ...pod.status, podIP: address, hostIP: host } };
  }

  start(): void {
    this.finished = this.background(this.runAll());
  }

  /** Ends the pod's programs within a time and takes its network away; asked again, within the shorter time. */
  stop(withinSeconds: number): Promise<void> {
    this.grace.limit(withinSeconds);
    this.stopped ??= this.end().catch((error: unknown) => {
      this.around.onProblem(this.name, messageOf(error));
    });
    return this.stopped;
  }

  private async end(): Promise<void> {
    this.stopping.abort();
    const endings = (containers: readonly Container[] = []) =>
      containers.flatMap((container) => {
        const child = this.processes.get(container.name);
        return child === undefined ? [] : [endingOf(container, child)];
      });
    await endContainers({
      containers: endings(this.pod.spec.containers),
      sidecars: endings(this.pod.spec.initContainers),
      address: this.address,
      grace: this.grace,
      onFailedHook: (message) => void this.warn("FailedPreStopHook", message),
    });
    this.grace.clear();
    this.ended.abort();
    await this.finished;
    this.around.networkPolicies.detach(this.pod);
    await this.sandbox?.close();
  }

  /** Goes on beside the rest of the pod; what goes wrong is this pod's problem alone. */
  private async background(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!this.stopping.signal.aborted) this.around.onProblem(this.name, messageOf(error));
    }
  }

  private async runAll(): Promise<void> {
    const { programs } = this.around;
    const sidecars = (this.pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === "Always");
    const all = [...sidecars, ...this.pod.spec.containers];
    this.report();
    const services = await this.untilDone(() => this.servicesOfNamespace());
    const standIns = new Map(
      all.map((container) => [container.name, standInFor(this.pod, container, programs, services)]),
    );
    await this.prepareVolumes(standIns);
    if ([...standIns.values()].some(({ kind }) => kind === "program")) await this.openSandbox();
    for (const sidecar of sidecars) {
      await this.runContainer(sidecar, standIns);
      await this.until(() => Promise.resolve(this.states.get(sidecar.name)?.started === true));
    }
    await Promise.all(this.pod.spec.containers.map((container) => this.runContainer(container, standIns)));
  }

  private async openSandbox(): Promise<void> {
    const { plan } = this.around;
    const sandbox = new Sandbox({
      folder: this.folder,
      address: this.address,
      interfaceName: this.interfaceName,
      namespace: this.pod.metadata.namespace ?? "default",
      plan,
    });
    this.sandbox = sandbox;
    await sandbox.open();
    const redirect = redirectOf(this.pod, plan.gateway);
    if (redirect !== undefined) {
      await sandbox.runInNetwork(this.around.redirectProgram, redirectArguments(redirect));
    }
    const { networkPolicies, networkPolicyProgram } = this.around;
    await networkPolicies.attach(this.pod, this.address, (admissions) =>
      sandbox.runInNetwork(networkPolicyProgram, [], JSON.stringify(admissions)),
    );
  }

  private async servicesOfNamespace(): Promise<readonly Service[]> {
    const path = `/api/v1/namespaces/${this.pod.metadata.namespace ?? "default"}/services`;
    const { items = [] } = await this.around.api.get<{ readonly items?: readonly unknown[] }>(path);
    return items.map((item) => service.parse(item));
  }

  private async prepareVolumes(standIns: ReadonlyMap<string, StandIn>): Promise<void> {
    await this.untilDone(() => this.writeFiles(standIns, "new"));
    void this.background(this.keepUp(standIns));
  }

  /** Repeats what needs the API server and what others have yet to make, as a kubelet does. */
  private async untilDone<T>(work: () => Promise<T>): Promise<T> {
    const done: T[] = [];
    await this.until(async () => {
      try {
        done.push(await work());
      } catch (error) {
        if (error instanceof MissingVolumeSource) {
          this.waitFor(error.message);
          await this.warn("FailedMount", error.message);
        } else if (isUnavailable(error)) this.around.onProblem(this.name, messageOf(error));
        else throw error;
      }
      return done.length > 0;
    });
    return done[0] as T;
  }

  private async writeFiles(standIns: ReadonlyMap<string, StandIn>, tokens: "new" | "keep"): Promise<void> {
    const { api } = this.around;
    await writeVolumes(api, this.pod, join(this.folder, "volumes"), tokens);
    for (const standIn of standIns.values()) {
      if (standIn.kind !== "program") continue;
      for (const file of standIn.configuration) {
        await writeConfiguration(
          api,
          this.pod.metadata.namespace ?? "default",
          file,
          configurationPath(this.folder, file),
        );
      }
    }
  }

  /** As a kubelet does, so that a changed ConfigMap or a renewed certificate reaches the program. */
  private async keepUp(standIns: ReadonlyMap<string, StandIn>): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.sleep(refreshMilliseconds);
      // A source that has gone meanwhile leaves the files as they are.
      if (!this.stopping.signal.aborted) await this.writeFiles(standIns, "keep").catch(() => undefined);
    }
  }

  private waitFor(message: string): void {
    const waiting = { reason: "ContainerCreating", message };
    for (const { name } of this.pod.spec.containers) {
      this.states.set(name, { ready: false, started: false, restartCount: 0, waiting });
    }
    this.report();
  }

  private async runContainer(container: Container, standIns: ReadonlyMap<string, StandIn>): Promise<void> {
    const standIn = standIns.get(container.name) ?? { kind: "simulated" };
    if (standIn.kind !== "simulated") this.around.onStandIn(container.image, standIn.title);
    switch (standIn.kind) {
      case "simulated":
        this.setState(container, { ready: true, started: true, restartCount: 0 });
        return;
      case "check":
        await this.until(async () => {
          const problem = await this.around.checks.certManagerApi();
          if (problem !== undefined) this.waitFor(problem);
          return problem === undefined;
        });
        this.setState(container, { ready: true, started: true, restartCount: 0 });
        return;
      case "program":
        await this.startProgram(container, standIn, 0);
        void this.background(this.watchReadiness(container));
    }
  }

  private async startProgram(
    container: Container,
    standIn: Extract<StandIn, { kind: "program" }>,
    restartCount: number,
  ): Promise<void> {
    const environment = await this.untilDone(() =>
      environmentOf(this.around.api, this.pod, container, this.around.kubernetes),
    );
    for (const [name, value] of Object.entries(standIn.environment)) environment.set(name, value);
    const mounts = await containerMounts(this.folder, container, standIn, this.around.authority);
    if (this.stopping.signal.aborted || this.sandbox === undefined) return;
    const child = this.sandbox.start({
      container: container.name,
      command: [...standIn.command, ...standIn.args.map((argument) => expand(argument, environment))],
      environment,
      mounts,
      log: join(this.folder, `${container.name}.log`),
    });
    this.processes.set(container.name, child);
    const pidFile = join(this.folder, `${container.name}.pid`);
    writeFileSync(pidFile, child.pid?.toString() ?? "");
    this.setState(container, { ready: false, started: false, restartCount });
    child.once("error", ({ message }) => {
      this.around.onProblem(this.name, `${container.name}: ${message}`);
    });
    child.once("exit", (code, signal) => {
      rmSync(pidFile, { force: true });
      if (this.stopping.signal.aborted) {
        const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
        const terminated = { exitCode, finishedAt: statusTime() };
        this.setState(container, { ready: false, started: false, restartCount, terminated });
        return;
      }
      void this.background(
        this.restart(container, standIn, restartCount, `ended with ${String(code ?? signal)}`),
      );
    });
  }

  private async restart(
    container: Container,
    standIn: Extract<StandIn, { kind: "program" }>,
    restartCount: number,
    message: string,
  ): Promise<void> {
    const waiting = { reason: "CrashLoopBackOff", message };
    this.around.onProblem(
      this.name,
      `${container.name} ${message}; see ${join(this.folder, container.name)}.log`,
    );
    this.setState(container, { ready: false, started: false, restartCount, waiting });
    await this.warn("BackOff", `container ${container.name} ${message}`);
    const pause = Math.min(500 * 2 ** restartCount, longestRestartDelayMilliseconds);
    await this.sleep(pause);
    await this.startProgram(container, standIn, restartCount + 1);
  }

  private async watchReadiness(container: Container): Promise<void> {
    const probe = container.readinessProbe ?? container.startupProbe;
    const streak = new ProbeStreak(probe);
    let lastReady = Date.now();
    while (!this.ended.signal.aborted) {
      const state = this.states.get(container.name);
      if (state !== undefined && isRunning(state)) {
        const problem = await probeProblem(probe, container, this.address);
        const holds = problem === undefined;
        if (holds) lastReady = Date.now();
        else if (!this.stopping.signal.aborted && Date.now() - lastReady > unhealthyMilliseconds) {
          await this.warn("Unhealthy", `container ${container.name} is not ready: ${problem}`);
        }
        const now = this.states.get(container.name);
        if (now !== undefined && isRunning(now)) {
          const ready = streak.isReadyAfter(now.ready, holds);
          if (ready !== now.ready) this.setState(container, { ...now, ready, started: now.started || ready });
        }
      }
      await this.sleep(
        this.states.get(container.name)?.ready === true ? readyCheckMilliseconds : retryMilliseconds,
        this.ended.signal,
      );
    }
  }

  /** Events are for people: one that is not taken changes nothing. */
  private async warn(reason: PodWarning, message: string): Promise<void> {
    if (this.ended.signal.aborted) return;
    await this.events.warn(reason, message).catch((error: unknown) => {
      this.around.onProblem(this.name, messageOf(error));
    });
  }

  private setState({ name }: Container, state: ContainerState): void {
    this.states.set(name, state);
    this.report();
  }

  private report(): void {
    const addresses = { pod: this.address, host: this.pod.status?.hostIP ?? "" };
    this.statuses.write(podStatus(this.pod, addresses, this.states, this.startedAt));
  }

  /** Repeats a step until it holds, unless the pod is to stop. */
  private async until(holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) {
      await this.sleep(retryMilliseconds);
      if (this.stopping.signal.aborted) throw new Error("the pod was deleted");
    }
  }

  private async sleep(milliseconds: number, signal = this.stopping.signal): Promise<void> {
    await delay(milliseconds, undefined, { signal }).catch(() => undefined);
  }
}

/** A program that a container runs, to be ended. */
function endingOf(container: Container, child: ChildProcess): EndingContainer {
  const { pid } = child;
  const hasEnded = pid === undefined || child.exitCode !== null || child.signalCode !== null;
  return {
    container,
    ended: hasEnded ? Promise.resolve() : once(child, "exit").then(() => undefined),
    signal: (name) => {
      if (pid !== undefined) sendSignal(name === "SIGTERM" ? pid : -pid, name);
    },
    run: async (command, signal) => {
      if (pid !== undefined) await runInside(pid, command, signal);
    },
  };
}

function sendSignal(to: number, name: NodeJS.Signals): void {
  try {
    process.kill(to, name);
  } catch {
    // It has ended, and nothing is left of what it started.
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
