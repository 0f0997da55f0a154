import { z } from "zod";
import { cidrBlock } from "../../config/kubernetes-name";

/** A Service of type LoadBalancer that some controller of the cluster answers. */
export const loadBalancerExposure = z
  .strictObject({
    kind: z.literal("load-balancer"),
    class: z
      .string()
      .max(253)
      .regex(/^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/, {
        error: "a load balancer class such as kube-vip.io/kube-vip-class",
      })
      .optional()
      .describe(
        "`loadBalancerClass`, by which one of several controllers is chosen; fixed once the Service is made. Default: the cluster's own controller.",
      ),
    address: z
      .union([z.ipv4(), z.ipv6()])
      .optional()
      .describe(
        "A fixed address, as `loadBalancerIP`; controllers that want an annotation get it by `extraAnnotations`. Default: the controller chooses.",
      ),
    preserveClientIp: z
      .boolean()
      .default(false)
      .describe(
        "Whether gateways see the client's address: `externalTrafficPolicy: Local`, with which the controller must send to no node without a gateway pod.",
      ),
    proxyProtocol: z
      .boolean()
      .default(false)
      .describe(
        "Gateways expect the PROXY protocol, which the controller is asked for by one of `extraAnnotations`. Clients inside the cluster then no longer reach the gateway by its Service.",
      ),
    allowedSourceRanges: z
      .array(cidrBlock)
      .default([])
      .describe("Client ranges let in, by the controller or the nodes. Default: all."),
    exposeStatusPort: z.boolean().default(false).describe("Let clients ask Envoy's readiness on port 15021."),
  })
  .describe(
    "A LoadBalancer Service that a controller of the cluster answers: k3s' ServiceLB, kube-vip, OpenStack's, any other.",
  );

export type LoadBalancerExposure = z.output<typeof loadBalancerExposure>;
