import type { Manifest } from "./manifest";

/** A change of tags of one metric. */
export interface MetricsOverride {
  readonly match: { readonly metric: string; readonly mode: "CLIENT" | "SERVER" | "CLIENT_AND_SERVER" };
  readonly tagOverrides: Readonly<
    Record<string, { readonly value: string } | { readonly operation: "REMOVE" }>
  >;
}

/** Which requests are logged. */
export interface AccessLogging {
  readonly providers: readonly { readonly name: string }[];
  readonly filter?: { readonly expression: string };
  readonly disabled?: true;
}

/** Where the value of a span's tag comes from. */
export type CustomTag =
  | { readonly literal: { readonly value: string } }
  | { readonly header: { readonly name: string; readonly defaultValue?: string } }
  | { readonly environment: { readonly name: string; readonly defaultValue?: string } };

/** Which requests leave spans, and with whom. */
export interface TracingReport {
  readonly providers: readonly { readonly name: string }[];
  readonly randomSamplingPercentage: number;
  readonly customTags?: Readonly<Record<string, CustomTag>>;
}

/** What a Telemetry says of all proxies of a namespace, or of the mesh in the root namespace. */
export interface TelemetrySpec {
  readonly metrics?: readonly { readonly overrides: readonly MetricsOverride[] }[];
  readonly tracing?: readonly TracingReport[];
  readonly accessLogging?: readonly AccessLogging[];
}

/** @see https://istio.io/latest/docs/reference/config/telemetry/ */
export interface TelemetryManifest extends Manifest {
  readonly apiVersion: "telemetry.istio.io/v1";
  readonly kind: "Telemetry";
  readonly spec: TelemetrySpec;
}
