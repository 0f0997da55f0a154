import { cpus, totalmem } from "node:os";

import { type Container, type FieldSelector, type Pod, type ResourceSelector } from "../api/objects";

/** The value of a downward API field, as a kubelet gives it to environment variables and files. */
export function fieldOf(pod: Pod, { fieldPath }: FieldSelector): string {
  const keyed = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(fieldPath);
  if (keyed?.[2] !== undefined) {
    const map = keyed[1] === "labels" ? pod.metadata.labels : pod.metadata.annotations;
    return map?.[keyed[2]] ?? "";
  }
  switch (fieldPath) {
    case "metadata.name":
      return pod.metadata.name;
    case "metadata.namespace":
      return pod.metadata.namespace ?? "";
    case "metadata.uid":
      return pod.metadata.uid;
    case "metadata.labels":
      return quotedLines(pod.metadata.labels);
    case "metadata.annotations":
      return quotedLines(pod.metadata.annotations);
    case "spec.nodeName":
      return pod.spec.nodeName ?? "";
    case "spec.serviceAccountName":
      return pod.spec.serviceAccountName ?? "default";
    case "status.podIP":
    case "status.podIPs":
      return pod.status?.podIP ?? "";
    case "status.hostIP":
    case "status.hostIPs":
      return pod.status?.hostIP ?? "";
    default:
      throw new Error(
        `pod ${pod.metadata.name} asks for the field '${fieldPath}', which the rehearsal does not know`,
      );
  }
}

/** A container's limit or request in units of the divisor; this machine's own size where none is set. */
export function resourceOf(container: Container, { resource, divisor }: ResourceSelector): string {
  const [kind, name] = resource.split(".") as ["limits" | "requests", string];
  const text = container.resources?.[kind]?.[name] ?? container.resources?.limits?.[name];
  const amount = text === undefined ? machineAmount(name) : quantity(text);
  return Math.ceil(amount / quantity(divisor === undefined || divisor === "0" ? "1" : divisor)).toString();
}

/** Replaces `$(NAME)` by its value, as a kubelet does in env, args and command; `$$(NAME)` stays as `$(NAME)`. */
export function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\$(\$)?\(([A-Za-z0-9_.-]+)\)/g,
    (whole, escaped: string | undefined, name: string) =>
      escaped === undefined ? (values.get(name) ?? whole) : whole.slice(1),
  );
}

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A Kubernetes quantity such as "500m" or "2Gi" as a number. */
export function quantity(text: string): number {
  const match = /^([0-9.]+)([A-Za-z]*)$/.exec(text);
  const factor = factors[match?.[2] ?? "?"];
  if (match === null || factor === undefined) throw new Error(`'${text}' is no Kubernetes quantity`);
  return Number(match[1]) * factor;
}

function machineAmount(resource: string): number {
  return resource === "cpu" ? cpus().length : totalmem();
}

function quotedLines(map: Readonly<Record<string, string>> = {}): string {
  return Object.entries(map)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}\n`)
    .join("");
}
