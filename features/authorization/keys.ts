import { z } from "zod";
import { kubernetesName } from "../../config/kubernetes-name";

const serviceAccount = z
  .string()
  .max(317)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?\/[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/, {
    error: "a service account with its namespace, such as shop/cart",
  });

const path = z.string().regex(/^(\*|\/[^\s]*)$/, { error: "a path such as /orders, or with a * at its end" });

const allowRule = z
  .strictObject({
    name: kubernetesName.describe("Name of the AuthorizationPolicy."),
    namespace: kubernetesName.describe("Namespace of the workloads that are called."),
    labels: z
      .record(z.string().min(1), z.string())
      .default({})
      .describe("Labels of those workloads. Default: all of the namespace."),
    from: z
      .strictObject({
        serviceAccounts: z.array(serviceAccount).default([]).describe("Callers by their service accounts."),
        namespaces: z.array(kubernetesName).default([]).describe("Callers by their namespaces."),
        gateways: z.array(kubernetesName).default([]).describe("Gateways of this file, by name."),
      })
      .describe("Who may call; any of these."),
    methods: z
      .array(z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]))
      .default([])
      .describe("Methods. Default: all."),
    paths: z.array(path).default([]).describe("Paths. Default: all."),
  })
  .describe("Callers that are let in.");

/** `policies.authorization` */
export const authorization = z
  .strictObject({
    default: z
      .enum(["allow", "deny"])
      .default("allow")
      .describe(
        "deny: a workload answers only whom a rule lets in. Gateways and the health check are let in always.",
      ),
    allow: z.array(allowRule).default([]).describe("Who is let in where the default is deny."),
  })
  .prefault({})
  .describe("Who may call whom.");

export type AllowRule = z.output<typeof allowRule>;
