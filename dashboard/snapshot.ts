import type { SmokeReport } from "../smoke/report/smoke-report";

/** A gateway, and whether its pods are there. */
export interface GatewayRow {
  readonly name: string;
  /** `<namespace>/<name>` of its Service. */
  readonly service: string;
  readonly address: string;
  readonly pods: number;
  readonly ready: number;
  readonly revisions: readonly string[];
}

/** A control plane, and the proxies that it made. */
export interface RevisionRow {
  readonly name: string;
  readonly istioVersion: string;
  readonly istiods: number;
  readonly ready: number;
  /** Tags that lead to it. */
  readonly tags: readonly string[];
  /** Proxies by the workload that they belong to, `<namespace>/<name>`. */
  readonly proxies: readonly { readonly workload: string; readonly count: number }[];
  /** Of these proxies, those whose pods follow another revision now. */
  readonly behind: number;
}

export interface CertificateRow {
  readonly name: string;
  readonly hosts: readonly string[];
  /** Whole days that it still holds; undefined before the first was issued. */
  readonly days: number | undefined;
  /** Why it is not as it should be. */
  readonly problem?: string;
}

/** What went through one gateway in the last minutes. */
export interface TrafficRow {
  readonly gateway: string;
  /** Undefined where no pod of it has been looked at twice. */
  readonly requestsPerSecond?: number;
  /** Answers with 5xx, in percent. */
  readonly errorPercent?: number;
  /** Undefined where nothing is counted. */
  readonly milliseconds?: { readonly p50: number; readonly p90: number; readonly p99: number };
}

export interface Traffic {
  /** `Prometheus mesh-addons/prometheus`, or `Envoy's statistics`. */
  readonly source: string;
  /** Time that is looked at; 0 where there is only one look as yet. */
  readonly windowSeconds: number;
  readonly rows: readonly TrafficRow[];
  /** Why there is less than there should be. */
  readonly problem?: string;
}

/** A list as far as it could be read. */
export type Seen<T> = readonly T[] | { readonly problem: string };

/** What the page shows. */
export interface Snapshot {
  readonly environment: string;
  readonly at: Date;
  readonly gateways: Seen<GatewayRow>;
  readonly revisions: Seen<RevisionRow>;
  readonly certificates: Seen<CertificateRow>;
  readonly traffic: Traffic;
  /** The smoke test's layers; undefined until the first has ended. */
  readonly smoke?: SmokeReport;
}

/** Whether a list could be read. */
export function isSeen<T>(seen: Seen<T>): seen is readonly T[] {
  return Array.isArray(seen);
}
