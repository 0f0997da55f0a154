import { type Container, type Pod } from "../api/objects";

/** How one container is doing, as its pod's status shows it. */
export interface ContainerState {
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  /** Why it does not run; undefined while it does. */
  readonly waiting?: { readonly reason: string; readonly message: string };
  /** How it ended, where its pod is deleted. */
  readonly terminated?: { readonly exitCode: number; readonly finishedAt: string };
}

export function isRunning({ waiting, terminated }: ContainerState): boolean {
  return waiting === undefined && terminated === undefined;
}

/** A time as statuses hold it: in whole seconds. */
export function statusTime(now = new Date()): string {
  return now.toISOString().replace(/\.\d+Z$/, "Z");
}

/** The status of a pod at an address, its containers in the states given. */
export function podStatus(
  pod: Pod,
  addresses: { readonly pod: string; readonly host: string },
  states: ReadonlyMap<string, ContainerState>,
  startedAt: string,
): object {
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  const running = [...sidecars, ...pod.spec.containers];
  // Nothing runs for a Job but checks: once they hold, its work is done.
  const completes = pod.metadata.ownerReferences?.some(({ kind }) => kind === "Job") === true;
  const ready = running.every(({ name }) => states.get(name)?.ready === true);
  const begun = pod.spec.containers.every(({ name }) => states.get(name)?.waiting === undefined);
  const condition = (type: string, holds: boolean) => ({
    type,
    status: holds ? "True" : "False",
    lastTransitionTime: startedAt,
    ...(holds ? {} : { reason: "ContainersNotReady" }),
  });
  const done = completes && begun && states.size > 0;
  return {
    phase: done ? "Succeeded" : begun && states.size > 0 ? "Running" : "Pending",
    podIP: addresses.pod,
    podIPs: [{ ip: addresses.pod }],
    hostIP: addresses.host,
    hostIPs: [{ ip: addresses.host }],
    startTime: startedAt,
    conditions: [
      condition("Initialized", true),
      condition("ContainersReady", ready && !done),
      condition("Ready", ready && !done),
      ...(pod.spec.readinessGates ?? []).map(({ conditionType }) => condition(conditionType, true)),
    ],
    containerStatuses: pod.spec.containers.map((container) =>
      done ? completed(container, startedAt) : containerStatus(container, states, startedAt),
    ),
    initContainerStatuses: (pod.spec.initContainers ?? []).map((container) =>
      container.restartPolicy === "Always"
        ? containerStatus(container, states, startedAt)
        : completed(container, startedAt),
    ),
  };
}

function containerStatus(
  { name, image }: Container,
  states: ReadonlyMap<string, ContainerState>,
  startedAt: string,
): object {
  const state = states.get(name) ?? {
    ready: false,
    started: false,
    restartCount: 0,
    waiting: { reason: "ContainerCreating", message: "" },
  };
  return {
    name,
    image,
    imageID: image,
    ready: state.ready,
    started: state.started,
    restartCount: state.restartCount,
    state: shownState(state, startedAt),
  };
}

function shownState({ waiting, terminated }: ContainerState, startedAt: string): object {
  if (waiting !== undefined) return { waiting };
  if (terminated === undefined) return { running: { startedAt } };
  const reason = terminated.exitCode === 0 ? "Completed" : "Error";
  return { terminated: { ...terminated, reason, startedAt } };
}

function completed({ name, image }: Container, finishedAt: string): object {
  return {
    name,
    image,
    imageID: image,
    ready: true,
    started: false,
    restartCount: 0,
    state: { terminated: { exitCode: 0, reason: "Completed", startedAt: finishedAt, finishedAt } },
  };
}
