import { z } from "zod";
import { hostName } from "./kubernetes-name";

/** The workload that answers the health check through the first ingress gateway. */
export const health = z
  .strictObject({
    path: z
      .string()
      .regex(/^\/[A-Za-z0-9._~/-]*$/, { error: "a path such as /healthz" })
      .default("/healthz")
      .describe("Path that answers 200."),
    host: hostName
      .optional()
      .describe("Host name of the route. Default: the first of `tls.hosts`, or any host."),
    check: z
      .boolean()
      .default(false)
      .describe(
        "Assert the path in a Terraform check block, too, which warns when it fails. Off where Terraform cannot reach the gateway, with TLS by its host name.",
      ),
  })
  .prefault({})
  .describe("Health check through the gateway.");

export type HealthConfig = z.output<typeof health>;
