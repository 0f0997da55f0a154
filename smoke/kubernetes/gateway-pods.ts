import { found, passed, type Verdict } from "../verdict";
import { availability } from "./control-plane";
import { fullName, type Deployment, type KubernetesEvent, type Pod } from "./objects";
import { itemsOf, notAllowed, type Observed } from "./observed";

export interface GatewayObservation {
  readonly name: string;
  readonly deployment: Observed<Deployment>;
  readonly pods: Observed<readonly Pod[]>;
  readonly events: Observed<readonly KubernetesEvent[]>;
}

/** Messages with which the API server or a webhook refuses a pod. */
const refusals = /forbidden|denied the request|failed calling webhook|exceeded quota/i;
const pullProblems = ["ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull"];

const isUninjected = ({ spec }: Pod) => spec.containers.some(({ image }) => image === "auto");

function waitingReason(pod: Pod, reasons?: readonly string[]): string | undefined {
  const waiting = pod.status?.containerStatuses
    ?.map(({ state }) => state?.waiting)
    .find((one) => one?.reason !== undefined && (reasons?.includes(one.reason) ?? true));
  return waiting === undefined ? undefined : [waiting.reason, waiting.message].filter(Boolean).join(": ");
}

/** The newest event about an object whose name begins like the gateway's and whose message fits. */
function lastMessage(events: readonly KubernetesEvent[], name: string, pattern: RegExp): string | undefined {
  const time = ({ lastTimestamp, eventTime }: KubernetesEvent) => lastTimestamp ?? eventTime ?? "";
  return events
    .filter(
      ({ involvedObject, message }) => involvedObject.name?.startsWith(name) && pattern.test(message ?? ""),
    )
    .sort((one, other) => time(one).localeCompare(time(other)))
    .at(-1)?.message;
}

/** Judges the gateway's Deployment and names what keeps its pods from running. */
export function decideGateway({ name, deployment, pods, events }: GatewayObservation): Verdict {
  const tried = `read Deployment ${name}, its pods and their events`;
  if (deployment.kind === "unknown") return notAllowed(`Deployment ${name}`, deployment.why);
  if (deployment.kind === "absent") return found("gateway-missing", { tried, got: "not found" });

  const running = itemsOf(pods);
  const uninjected = running.filter(isUninjected);
  const [stale] = uninjected;
  if (stale !== undefined) {
    const { namespace } = stale.metadata;
    return found("gateway-image-auto", {
      tried,
      got: `image 'auto' in ${uninjected.map(({ metadata }) => fullName(metadata)).join(", ")}`,
      next: `the pod came up before the injection webhook: kubectl delete pod -n ${namespace} ${uninjected.map(({ metadata }) => metadata.name).join(" ")}`,
    });
  }
  const { available, text } = availability(deployment.value);
  if (available) return passed(tried, text);

  const [, shortName = name] = name.split("/");
  const messages = itemsOf(events);
  for (const pod of running) {
    const pull = waitingReason(pod, pullProblems);
    if (pull !== undefined) {
      const detail = lastMessage(messages, pod.metadata.name, /pull/i);
      return found("gateway-image-pull", { tried, got: detail ?? `${pod.metadata.name}: ${pull}` });
    }
  }
  const refused = lastMessage(messages, shortName, refusals);
  if (refused !== undefined) return found("gateway-pods-refused", { tried, got: refused });
  const waiting = running.map((pod) => waitingReason(pod)).find((reason) => reason !== undefined);
  return found("gateway-unavailable", { tried, got: waiting === undefined ? text : `${text}; ${waiting}` });
}
