import type { HttpAnswer } from "../probes/http-probe";

/** Reads in an answer which pod gave it; undefined where it does not say. */
type ReadPodName = (answer: HttpAnswer) => string | undefined;

const podName = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;

/** A header that an application sets for this. */
const headerNames = ["x-pod-name", "x-pod", "x-hostname"];

const fromHeader: ReadPodName = ({ headers }) => {
  const value = headerNames.map((name) => headers[name]).find((one) => one !== undefined);
  return typeof value === "string" ? value : undefined;
};

/** The line that Istio's echo server prints. */
const fromEcho: ReadPodName = ({ body }) => /^Hostname=(\S+)\s*$/m.exec(body)?.[1];

/** Keys by which applications name their own pod: Bookinfo's reviews, podinfo and the like. */
const jsonKeys = ["podname", "podName", "pod_name", "pod", "hostname"];

const fromJson: ReadPodName = ({ headers, body }) => {
  if (!body.startsWith("{") || !(headers["content-type"] ?? "application/json").includes("json"))
    return undefined;
  try {
    const object = JSON.parse(body) as Readonly<Record<string, unknown>>;
    const value = jsonKeys.map((key) => object[key]).find((one) => typeof one === "string");
    return value as string | undefined;
  } catch {
    return undefined;
  }
};

/**
 * The name of the pod that an answer names as its own. A page that quotes another pod's name somewhere names none: what
 * is read is what an application says of itself.
 */
export const answeringPod: ReadPodName = (answer) =>
  [fromHeader, fromEcho, fromJson]
    .map((read) => read(answer))
    .find((name) => name !== undefined && podName.test(name));

// Kubernetes' random names have neither vowels nor what looks like another letter.
const random = "[bcdfghjklmnpqrstvwxz2456789]";
const ofDeployment = new RegExp(`^${random}{5,10}-${random}{5}$`);
const ofStatefulSet = /^\d{1,4}$/;
const ofDaemonSet = new RegExp(`^${random}{5}$`);

/**
 * The workload that a pod belongs to, by its name alone.
 *
 * @param expected names of workloads that it may be of; the first that fits counts
 */
export function workloadByPodName(pod: string, expected: readonly string[]): string {
  for (const name of expected) {
    const rest = pod.startsWith(`${name}-`) ? pod.slice(name.length + 1) : "";
    if ([ofDeployment, ofStatefulSet, ofDaemonSet].some((pattern) => pattern.test(rest))) return name;
  }
  const parts = pod.split("-");
  const without = (count: number) => parts.slice(0, -count).join("-");
  if (parts.length > 2 && ofDeployment.test(parts.slice(-2).join("-"))) return without(2);
  const last = parts.at(-1) ?? "";
  if (parts.length > 1 && (ofStatefulSet.test(last) || ofDaemonSet.test(last))) return without(1);
  return pod;
}
