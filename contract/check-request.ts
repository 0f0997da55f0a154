import { z } from "zod";
import { gatewayName, headerName, headerValue, hostName, namespacedWorkload } from "./text";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

interface SentRequest {
  readonly method: (typeof methods)[number];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** A request from outside, through a gateway. */
export interface GatewayRequest extends SentRequest {
  /** @default the first ingress gateway */
  readonly gateway?: string | undefined;
  /** Host header and server name. @default the gateway's address */
  readonly host?: string | undefined;
  readonly path: string;
  /** @default https where the gateway has TLS */
  readonly scheme?: "http" | "https" | undefined;
  readonly from?: undefined;
}

/** A request from inside a pod of a workload, through its sidecar. */
export interface WorkloadRequest extends SentRequest {
  /** `<namespace>/<workload>` */
  readonly from: string;
  /** URL. */
  readonly to: string;
}

export type CheckRequest = GatewayRequest | WorkloadRequest;

const keys = {
  gateway: gatewayName
    .optional()
    .describe("Gateway that the request comes in by. Default: the first ingress gateway."),
  host: hostName
    .optional()
    .describe("Host header, and server name with TLS. Default: the gateway's address."),
  path: z
    .string()
    .max(2000)
    .regex(/^\/[!"$-~]*$/, { error: "a path such as /reviews/0?verbose=true" })
    .optional()
    .describe("Path, with its query. Default: /."),
  scheme: z
    .enum(["http", "https"])
    .optional()
    .describe("Default: https where the gateway has TLS, else http."),
  from: namespacedWorkload
    .optional()
    .describe(
      "Workload that sends the request from inside a pod, through its sidecar; instead of a gateway.",
    ),
  to: z
    .string()
    .max(2000)
    // A parser of URLs drops what breaks a line, and encodes spaces and quotes: nothing is sent but what is written.
    .regex(/^https?:\/\/[!#-;=?-_a-z~]*$/, {
      error: "a URL such as http://orders.shop:8080/admin",
      abort: true,
    })
    .refine((to) => URL.canParse(to), { error: "a URL such as http://orders.shop:8080/admin" })
    .optional()
    .describe("URL that the workload asks."),
  method: z.enum(methods).default("GET").describe("HTTP method."),
  headers: z.record(headerName, headerValue).default({}).describe("Headers that are sent."),
  body: z.string().max(65_536).optional().describe("Body that is sent."),
};

const ofGateway = ["gateway", "host", "path", "scheme"] as const;

/** What HTTP writes itself; a second value would break the request. */
const ownHeaders: ReadonlyMap<string, string> = new Map([
  ["host", "`host`, or the URL in `to`, in place of a Host header"],
  ...["connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"].map(
    (name) => [name, `no ${name} header: HTTP writes it itself`] as const,
  ),
]);

/** The request of a check, in the two forms of {@link CheckRequest}. */
export const checkRequest = z
  .strictObject(keys)
  .superRefine((value, context) => {
    const { from, to, headers } = value;
    const mustBe = (message: string, ...path: string[]) => {
      context.addIssue({ code: "custom", path, message });
    };
    if (from !== undefined || to !== undefined) {
      if (from === undefined) mustBe("the workload that sends the request to `to`", "from");
      if (to === undefined) mustBe("the URL that the workload asks", "to");
      for (const key of ofGateway) {
        if (value[key] === undefined) continue;
        mustBe(
          "a request through a gateway (gateway, host, path, scheme) or from a workload (from, to)",
          key,
        );
      }
    }
    for (const name of Object.keys(headers)) {
      const message = ownHeaders.get(name.toLowerCase());
      if (message !== undefined) mustBe(message, "headers", name);
    }
  })
  .transform(({ from, to, path, gateway, host, scheme, ...sent }): CheckRequest => {
    if (from !== undefined && to !== undefined) return { from, to, ...sent };
    return {
      ...(gateway === undefined ? {} : { gateway }),
      ...(host === undefined ? {} : { host }),
      path: path ?? "/",
      ...(scheme === undefined ? {} : { scheme }),
      ...sent,
    };
  })
  .describe("The request: through a gateway, or from a workload.");
