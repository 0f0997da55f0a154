import { printable } from "../printable";
import type { MtlsMode } from "../kubernetes/peer-authentication";
import type { InboundCount } from "./proxy-statistics";

/** Who sent plain text. */
export interface PlainCaller {
  /** `<namespace>/<name>`, or an address that is no pod's. */
  readonly name: string;
  readonly why: "no-sidecar" | "past-its-sidecar" | "node" | "outside";
}

/** What the proxies of one workload have seen, all its pods together. */
export interface WorkloadTraffic {
  readonly namespace: string;
  /** As kubectl takes it: `deployment/cart`. */
  readonly workload: string;
  /** Modes of its ports. */
  readonly modes: readonly { readonly mode: MtlsMode; readonly decidedBy?: string }[];
  readonly counts: readonly InboundCount[];
  readonly plainPorts: readonly number[];
  readonly callers: readonly PlainCaller[];
  /** Since the youngest of its proxies started. */
  readonly seenSeconds: number;
  /** Why what a proxy counted could not be read. */
  readonly unread?: string;
}

/** What is known of a mesh before a namespace turns strict. */
export interface ReadinessObservation {
  readonly workloads: readonly WorkloadTraffic[];
  /** Workloads without a proxy, `<namespace>/<name>`. */
  readonly withoutSidecar: readonly string[];
}

export type Readiness = "breaks" | "ready" | "strict" | "off" | "quiet" | "unknown";

export interface JudgedWorkload extends WorkloadTraffic {
  readonly readiness: Readiness;
  /** One sentence. */
  readonly says: string;
  readonly next?: string;
}

export interface ReadinessReport {
  readonly namespaces: readonly {
    readonly name: string;
    /** Whether nothing is known that would break. */
    readonly isReady: boolean;
    readonly workloads: readonly JudgedWorkload[];
    /** Pods of it that a strict mode does not hold for. */
    readonly withoutSidecar: readonly string[];
  }[];
  readonly withoutSidecar: readonly string[];
}

function duration(seconds: number): string {
  if (seconds < 1) return "few seconds";
  if (seconds < 120) return `${Math.round(seconds).toString()} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60).toString()} min`;
  return `${Math.round(seconds / 3600).toString()} h`;
}

const remedies: Readonly<Record<PlainCaller["why"], string>> = {
  "no-sidecar": "has no sidecar: label its namespace for injection and restart it",
  "past-its-sidecar":
    "has a sidecar, and its requests pass it by or leave it in plain text: look for a DestinationRule with tls mode DISABLE, and for excluded ports or ranges in its annotations",
  node: "is a node, which probes: let Istio rewrite the probes (sidecar.istio.io/rewriteAppHTTPProbers)",
  outside:
    "is no pod: let it come in through a gateway, or keep the port permissive (policies.mtls, portLevelMtls)",
};

function sumOf(
  counts: readonly InboundCount[],
  what: "plain" | "mutual",
  unit: InboundCount["unit"],
): number {
  return counts.filter((one) => one.unit === unit).reduce((total, one) => total + one[what], 0);
}

function judge(traffic: WorkloadTraffic): JudgedWorkload {
  const { modes, counts, plainPorts, callers, seenSeconds, unread } = traffic;
  const off = modes.find(({ mode }) => mode === "DISABLE");
  if (modes.length > 0 && modes.every(({ mode }) => mode === "STRICT")) {
    const [first] = modes;
    const by = first?.decidedBy === undefined ? "" : `, by PeerAuthentication ${first.decidedBy}`;
    return { ...traffic, readiness: "strict", says: `is strict already${by}` };
  }
  if (off !== undefined) {
    const says = `mutual TLS is off, by PeerAuthentication ${off.decidedBy ?? ""}: everybody sends plain text, whether or not they could do otherwise`;
    return { ...traffic, readiness: "off", says, next: "set PERMISSIVE, and ask again after some traffic" };
  }
  const units = ["requests", "connections"] as const;
  const plain = units.filter((unit) => sumOf(counts, "plain", unit) > 0);
  const shown = (unit: InboundCount["unit"]) => {
    const count = sumOf(counts, "plain", unit);
    return `${count.toString()} of ${(count + sumOf(counts, "mutual", unit)).toString()} ${unit}`;
  };
  const since = `in the ${duration(seenSeconds)} since its proxies started`;
  if (plain.length > 0) {
    const ports = plainPorts.length === 0 ? "" : ` to port ${plainPorts.join(", ")}`;
    const next = callers.map(({ name, why }) => `${name} ${remedies[why]}`).join("; ");
    const unnamed = "turn access logs on, and ask again: they name who sends plain text";
    const says = `${plain.map(shown).join(" and ")} came in plain text${ports} ${since}`;
    return { ...traffic, readiness: "breaks", says, next: next === "" ? unnamed : next };
  }
  if (unread !== undefined) {
    return {
      ...traffic,
      readiness: "unknown",
      says: `its proxies could not be asked: ${unread}`,
      next: "asking needs pods/proxy and pods/log in its namespace",
    };
  }
  const all = units.map((unit) => [sumOf(counts, "mutual", unit), unit] as const).filter(([n]) => n > 0);
  if (all.length === 0) {
    const says = `nothing came in ${since}, which says nothing of who may call it`;
    return { ...traffic, readiness: "quiet", says };
  }
  const counted = all.map(([count, unit]) => `${count.toString()} ${unit}`).join(" and ");
  return { ...traffic, readiness: "ready", says: `all ${counted} came by mutual TLS ${since}` };
}

const blocking: readonly Readiness[] = ["breaks", "off", "unknown"];

/** Says of each namespace whether callers are known that would break if it turned strict now. */
export function judgeReadiness({ workloads, withoutSidecar }: ReadinessObservation): ReadinessReport {
  const names = [...new Set(workloads.map(({ namespace }) => namespace))].sort();
  const namespaces = names.map((name) => {
    const judged = workloads.filter(({ namespace }) => namespace === name).map(judge);
    return {
      name,
      isReady: judged.every(({ readiness }) => !blocking.includes(readiness)),
      workloads: judged,
      withoutSidecar: withoutSidecar.filter((one) => one.startsWith(`${name}/`)),
    };
  });
  return { namespaces, withoutSidecar };
}

const words: Readonly<Record<Readiness, string>> = {
  breaks: "BREAKS",
  ready: "ready",
  strict: "strict",
  off: "OFF",
  quiet: "quiet",
  unknown: "UNKNOWN",
};

const longestWord = Math.max(...Object.values(words).map(({ length }) => length));

const indent = (word: string) => `  ${word.padEnd(longestWord)}  `;

/** The report as text. */
export function renderReadiness({ namespaces, withoutSidecar }: ReadinessReport): string {
  const lines = namespaces.flatMap(({ name, isReady, workloads, withoutSidecar: bare }) => [
    `${name}: ${isReady ? "nothing is known that would break if it turned strict" : "would break if it turned strict now"}`,
    ...workloads.flatMap(({ readiness, workload, says, next }) => [
      `${indent(words[readiness])}${printable(`${workload}: ${says}`)}`,
      ...(next === undefined ? [] : [`${indent("")}${printable(next)}`]),
    ]),
    ...(bare.length === 0 ? [] : [`  Without a sidecar, strict does not hold for ${bare.join(", ")}.`]),
  ]);
  if (namespaces.length === 0) lines.push("no pod has a sidecar");
  if (withoutSidecar.length > 0) {
    const names = withoutSidecar.join(", ");
    lines.push("", `Without a sidecar, these send plain text to whatever they call: ${names}`);
  }
  return `${lines.join("\n")}\n`;
}
