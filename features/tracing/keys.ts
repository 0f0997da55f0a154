import { z } from "zod";
import { tcpPort } from "../../config/kubernetes-name";

const text = z.string().min(1).max(1024);

const tag = z
  .discriminatedUnion("kind", [
    z
      .strictObject({ kind: z.literal("literal"), value: text.describe("The value.") })
      .describe("The same on every span."),
    z
      .strictObject({
        kind: z.literal("header"),
        header: text.describe("Name of the header."),
        default: text.optional().describe("Where the request has no such header. Default: no tag."),
      })
      .describe("A header of the request."),
    z
      .strictObject({
        kind: z.literal("environment"),
        variable: text.describe("Name of the variable."),
        default: text.optional().describe("Where the proxy has no such variable. Default: no tag."),
      })
      .describe("A variable of the proxy's environment."),
  ])
  .describe("Where its value comes from.");

/** `observability.tracing` */
export const tracing = z
  .strictObject({
    provider: z
      .enum(["opentelemetry", "zipkin"])
      .default("opentelemetry")
      .describe(
        "opentelemetry: OTLP over gRPC, which Jaeger, Tempo and collectors take. zipkin: Zipkin's own format over HTTP.",
      ),
    service: z
      .string()
      .max(253)
      .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/, {
        error: "a Service with its namespace, such as jaeger-collector.tracing, or a host name",
      })
      .describe(
        "Where spans go: a Service as `<name>.<namespace>`, or a host of `policies.outbound.hosts`. A plan stops where the cluster has no such Service.",
      ),
    port: tcpPort.optional().describe("Its port. Default: 4317, or 9411 for zipkin."),
    sampling: z
      .number()
      .min(0)
      .max(100)
      .default(1)
      .describe("Percent of requests that are traced, in steps of 0.01."),
    tags: z.record(text, tag).default({}).describe("Tags that every span gets."),
  })
  .optional()
  .describe("Spans of every request that proxies pass on. Default: none.");

export type Tracing = NonNullable<z.output<typeof tracing>>;
