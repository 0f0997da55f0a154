import type { GatewayOutputs, ReadOutputs } from "../contract/outputs";

/** What the smoke test probes. */
export interface Target {
  /** Where the target was read from, for the report. */
  readonly source: string;
  readonly environment?: string;
  readonly url: URL;
  /** Host header and server name. */
  readonly host: string;
  /** Outputs of the gateway that is probed; undefined for a bare URL. */
  readonly outputs?: GatewayOutputs;
  /** All outputs of the mesh stack; undefined for a bare URL. */
  readonly mesh?: ReadOutputs;
  /** Revision of Istio, "" or `default` for the unnamed one. */
  readonly istioRevision: string;
}

/** The port of the URL, its scheme's own when the URL names none. */
export function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}

/** The URL's host without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

/** A host as it stands in a URL and in a Host header: IPv6 in brackets. */
export function authority(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** A port of the outputs, undefined where it is not exposed. */
export function exposedPort(text: string | undefined): number | undefined {
  return text === undefined || text === "" ? undefined : Number(text);
}
