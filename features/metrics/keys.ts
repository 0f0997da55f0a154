import { z } from "zod";
import { labels } from "../../config/workload-selector";

/** Istio's metrics as the Telemetry API names them, in this file's spelling. */
export const metricNames = [
  "all-metrics",
  "request-count",
  "request-duration",
  "request-size",
  "response-size",
  "tcp-opened-connections",
  "tcp-closed-connections",
  "tcp-sent-bytes",
  "tcp-received-bytes",
  "grpc-request-messages",
  "grpc-response-messages",
] as const;

const tagName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, {
  error: "a label of Prometheus: letters, digits and _, not beginning with a digit",
});

const tagChange = z
  .strictObject({
    metric: z.enum(metricNames).default("all-metrics").describe("The metric."),
    side: z
      .enum(["client", "server", "both"])
      .default("both")
      .describe("Who measures: the caller's proxy, the server's, or both."),
    set: z
      .record(tagName, z.string().min(1).max(1024))
      .default({})
      .describe("Tags to add or change, each with an expression such as `request.host`."),
    remove: z.array(tagName).default([]).describe("Tags to leave out, such as `request_protocol`."),
  })
  .describe("Tags of a metric that differ from Istio's.");

/** `observability.metrics` */
export const metrics = z
  .strictObject({
    scrape: z
      .discriminatedUnion("kind", [
        z
          .strictObject({ kind: z.literal("annotations") })
          .describe(
            "Annotations `prometheus.io/…` on every pod, as Istio sets them: port 15020 has the proxy's metrics and the application's own, which pass mutual TLS there.",
          ),
        z
          .strictObject({
            kind: z.literal("monitors"),
            labels: labels
              .default({})
              .describe("Labels by which Prometheus selects monitors, such as `release: prometheus`."),
            intervalSeconds: z.int().min(1).max(3600).default(15).describe("Time between two scrapes."),
            timeoutSeconds: z
              .int()
              .min(1)
              .max(3600)
              .default(10)
              .describe("How long one may take; at most the interval."),
            sampleLimit: z
              .int()
              .min(1)
              .max(10_000_000)
              .optional()
              .describe("Most samples of one scrape; a target with more is down. Default: no limit."),
          })
          .describe(
            "A PodMonitor for proxies and a ServiceMonitor for istiod, for the Prometheus Operator; a plan stops where their definitions are missing.",
          ),
        z
          .strictObject({ kind: z.literal("none") })
          .describe("No annotations on sidecars and gateways. Proxies still serve metrics on port 15090."),
      ])
      .prefault({ kind: "annotations" })
      .describe("How Prometheus finds what it scrapes."),
    tags: z.array(tagChange).default([]).describe("Tags that differ from Istio's."),
  })
  .prefault({})
  .describe("Metrics of proxies and istiod.");

export type Metrics = z.output<typeof metrics>;
export type MonitorSettings = Extract<Metrics["scrape"], { kind: "monitors" }>;
