import { type ChildProcess } from "node:child_process";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { type ApiClient, isUnavailable } from "../api/client";
import { type Container, type Pod } from "../api/objects";
import { type AddressPlan } from "../namespace/address-plan";
import { environmentOf, type ServiceAddress } from "./container-environment";
import { expand } from "./pod-fields";
import { type ContainerState, podStatus } from "./pod-status";
import { PodEvents, type PodWarning } from "./pod-events";
import { probeProblem } from "./probe";
import { type Redirect, redirectOf } from "./redirect";
import { Sandbox } from "./sandbox";
import { type ConfigurationFile, type StandIn, standInFor, type StandInPrograms } from "./stand-in";
import { MissingVolumeSource, writeConfiguration, writeVolumes } from "./volumes";

/** What all pods of a rehearsal share. */
export interface PodSurroundings {
  readonly api: ApiClient;
  readonly programs: StandInPrograms;
  readonly redirectProgram: string;
  readonly plan: AddressPlan;
  readonly folder: string;
  readonly kubernetes: ServiceAddress;
  readonly hostAddress: (nodeName: string) => string;
  readonly checks: { readonly certManagerApi: () => Promise<string | undefined> };
  /** Tells the report which program stands in for which container. */
  readonly onStandIn: (container: string, title: string) => void;
  readonly onProblem: (pod: string, message: string) => void;
}

/** Whether the programs of a pod may end by themselves. */
export type Ending = "with grace" | "at once";

const retryMilliseconds = 150;
const refreshMilliseconds = 3000;
const readyCheckMilliseconds = 2000;
const unhealthyMilliseconds = 5000;
const terminationMilliseconds = 3000;
const longestRestartDelayMilliseconds = 10_000;

/** Runs one pod: its volumes, its network, its programs, and the status that follows from them. */
export class PodRunner {
  private readonly states = new Map<string, ContainerState>();
  private readonly processes = new Map<string, ChildProcess>();
  private readonly stopping = new AbortController();
  private readonly startedAt = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  private readonly folder: string;
  private readonly name: string;
  private readonly events: PodEvents;
  private finished: Promise<void> = Promise.resolve();
  private sandbox: Sandbox | undefined;
  private reported = "";
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
    const host = around.hostAddress(pod.spec.nodeName ?? "");
    this.pod = { ...pod, status: { ...pod.status, podIP: address, hostIP: host } };
  }

  start(): void {
    this.finished = this.runAll().catch((error: unknown) => {
      if (!this.stopping.signal.aborted) this.around.onProblem(this.name, messageOf(error));
    });
  }

  /** Ends the pod's programs, politely first, and takes its network away. */
  async stop(how: Ending = "with grace"): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.processes.values()].map((process) => endProcess(process, how)));
    await this.finished;
    await this.sandbox?.close();
  }

  private async runAll(): Promise<void> {
    const { programs } = this.around;
    const sidecars = (this.pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === "Always");
    const all = [...sidecars, ...this.pod.spec.containers];
    const standIns = new Map(
      all.map((container) => [container.name, standInFor(this.pod, container, programs)]),
    );
    await this.report();
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
    const redirect: Redirect | undefined = redirectOf(this.pod);
    if (redirect !== undefined) {
      const args = [redirect.toPort.toString(), redirect.excludedPorts.join(",")];
      await sandbox.runInNetwork(this.around.redirectProgram, args);
    }
  }

  private async prepareVolumes(standIns: ReadonlyMap<string, StandIn>): Promise<void> {
    await this.untilDone(() => this.writeFiles(standIns, "new"));
    void this.keepUp(standIns);
  }

  /** Repeats what needs the API server and what others have yet to make, as a kubelet does. */
  private async untilDone<T>(work: () => Promise<T>): Promise<T> {
    const done: T[] = [];
    await this.until(async () => {
      try {
        done.push(await work());
      } catch (error) {
        if (error instanceof MissingVolumeSource) {
          await this.waitFor(error.message);
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
          this.configurationPath(file),
        );
      }
    }
  }

  /**
   * As a kubelet does, so that a changed ConfigMap or a renewed certificate reaches the program, and a status that
   * the API server did not take is not lost.
   */
  private async keepUp(standIns: ReadonlyMap<string, StandIn>): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.sleep(refreshMilliseconds);
      if (this.reported === "") await this.report();
      // A source that has gone meanwhile leaves the files as they are.
      if (!this.stopping.signal.aborted) await this.writeFiles(standIns, "keep").catch(() => undefined);
    }
  }

  private configurationPath({ target }: ConfigurationFile): string {
    return join(this.folder, "configuration", target);
  }

  private async waitFor(message: string): Promise<void> {
    const waiting = { reason: "ContainerCreating", message };
    for (const { name } of this.pod.spec.containers) {
      this.states.set(name, { ready: false, started: false, restartCount: 0, waiting });
    }
    await this.report();
  }

  private async runContainer(container: Container, standIns: ReadonlyMap<string, StandIn>): Promise<void> {
    const standIn = standIns.get(container.name) ?? { kind: "simulated" };
    if (standIn.kind !== "simulated") this.around.onStandIn(container.image, standIn.title);
    switch (standIn.kind) {
      case "simulated":
        await this.setState(container, { ready: true, started: true, restartCount: 0 });
        return;
      case "check":
        await this.until(async () => {
          const problem = await this.around.checks.certManagerApi();
          if (problem !== undefined) await this.waitFor(problem);
          return problem === undefined;
        });
        await this.setState(container, { ready: true, started: true, restartCount: 0 });
        return;
      case "program":
        await this.startProgram(container, standIn, 0);
        void this.watchReadiness(container);
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
    const volumes = (container.volumeMounts ?? []).map(({ name, mountPath, subPath }) => ({
      source: join(this.folder, "volumes", name, subPath ?? ""),
      target: mountPath,
    }));
    // The folder, not the file: a mounted file would stay the old one when it is replaced.
    const configuration = standIn.configuration.map((file) => ({
      source: dirname(this.configurationPath(file)),
      target: dirname(file.target),
    }));
    if (this.stopping.signal.aborted || this.sandbox === undefined) return;
    const child = this.sandbox.start({
      container: container.name,
      command: [...standIn.command, ...standIn.args.map((argument) => expand(argument, environment))],
      environment,
      mounts: [...volumes, ...configuration, ...standIn.mounts],
      log: join(this.folder, `${container.name}.log`),
    });
    this.processes.set(container.name, child);
    await this.setState(container, { ready: false, started: false, restartCount });
    child.once("exit", (code, signal) => {
      if (this.stopping.signal.aborted) return;
      void this.restart(container, standIn, restartCount, `ended with ${String(code ?? signal)}`);
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
    await this.setState(container, { ready: false, started: false, restartCount, waiting });
    await this.warn("BackOff", `container ${container.name} ${message}`);
    const pause = Math.min(500 * 2 ** restartCount, longestRestartDelayMilliseconds);
    await this.sleep(pause);
    await this.startProgram(container, standIn, restartCount + 1);
  }

  private async watchReadiness(container: Container): Promise<void> {
    const probe = container.readinessProbe ?? container.startupProbe;
    let lastReady = Date.now();
    while (!this.stopping.signal.aborted) {
      const state = this.states.get(container.name);
      if (state !== undefined && state.waiting === undefined) {
        const problem = await probeProblem(probe, container, this.address);
        const ready = problem === undefined;
        if (ready) lastReady = Date.now();
        else if (Date.now() - lastReady > unhealthyMilliseconds) {
          await this.warn("Unhealthy", `container ${container.name} is not ready: ${problem}`);
        }
        const now = this.states.get(container.name);
        if (now !== undefined && now.waiting === undefined && now.ready !== ready) {
          await this.setState(container, { ...now, ready, started: now.started || ready });
        }
      }
      await this.sleep(
        this.states.get(container.name)?.ready === true ? readyCheckMilliseconds : retryMilliseconds,
      );
    }
  }

  /** Events are for people: one that is not taken changes nothing. */
  private async warn(reason: PodWarning, message: string): Promise<void> {
    if (this.stopping.signal.aborted) return;
    await this.events.warn(reason, message).catch((error: unknown) => {
      this.around.onProblem(this.name, messageOf(error));
    });
  }

  private async setState({ name }: Container, state: ContainerState): Promise<void> {
    this.states.set(name, state);
    await this.report();
  }

  /** Writes the pod's status where it differs from what was written last. */
  private async report(): Promise<void> {
    const addresses = { pod: this.address, host: this.pod.status?.hostIP ?? "" };
    const status = podStatus(this.pod, addresses, this.states, this.startedAt);
    const text = JSON.stringify(status);
    if (text === this.reported || this.stopping.signal.aborted) return;
    this.reported = text;
    const { namespace = "default", name } = this.pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
    try {
      await this.around.api.patch(path, { status }, "strategic-merge");
    } catch (error) {
      this.reported = "";
      this.around.onProblem(this.name, messageOf(error));
    }
  }

  /** Repeats a step until it holds, unless the pod is to stop. */
  private async until(holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) {
      await this.sleep(retryMilliseconds);
      if (this.stopping.signal.aborted) throw new Error("the pod was deleted");
    }
  }

  private async sleep(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

/** SIGTERM to the program and what it started; SIGKILL where that does not end it. */
async function endProcess(child: ChildProcess, how: Ending): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const group = -child.pid;
  const ended = new Promise<void>((resolve) =>
    child.once("exit", () => {
      resolve();
    }),
  );
  signalGroup(group, how === "at once" ? "SIGKILL" : "SIGTERM");
  const patience = new AbortController();
  const late = delay(terminationMilliseconds, undefined, { signal: patience.signal }).then(
    () => {
      signalGroup(group, "SIGKILL");
    },
    () => undefined,
  );
  await ended;
  patience.abort();
  await late;
  signalGroup(group, "SIGKILL");
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(group, signal);
  } catch {
    // Nothing of the group is left.
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
