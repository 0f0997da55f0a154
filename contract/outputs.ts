import { z } from "zod";
import { check, checks, type Check } from "./checks";

/**
 * Version of the outputs of `<env>-mesh`, as `<major>.<minor>`: a minor version adds, a major one changes what is
 * there. Stacks from before it have no `contract_version` and are read as {@link unversioned}.
 */
export const contractVersion = "1.0";
const unversioned = "0.0";

const text = (what: string) => z.string({ error: `${what}, or "" where there is none` }).default("");

const port = z
  .string()
  .refine(
    (value) => value === "" || (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65535),
    {
      error: 'a port from 1 to 65535, or "" where it is not exposed',
    },
  )
  .default("");

/** Everything that may stand between the slashes of a URL's authority, but nothing that would end the line. */
const host = text("a host name or address").refine((value) => /^[^\s\u0000-\u0020\u007f/?#@]*$/.test(value), {
  error: "a host name or address",
});

const url = text("a URL").refine(
  (value) => value === "" || z.url({ protocol: /^https?$/ }).safeParse(value).success,
  {
    error: 'a URL with http or https, or ""',
  },
);

const gatewayShape = {
  gateway_hostname: host.describe("Name of the load balancer."),
  gateway_ip: host.describe("Its address."),
  gateway_address: host.describe("Whichever of them there is."),
  gateway_http_port: port.describe("Port of plain HTTP."),
  gateway_https_port: port.describe("Port of HTTPS; there is one where the gateway has TLS."),
  gateway_status_port: port.describe("Port of Envoy's readiness, where it is exposed."),
  gateway_service: text("<namespace>/<name>").describe("Namespace and name of the Service."),
  gateway_ca: text("PEM").describe("PEM of a private CA, its public part."),
  healthz_url: url.describe("URL of the health path."),
  healthz_host: host.describe("Host name to ask for, as server name and as Host header."),
};

/** What the outputs say of one gateway; "" where something is absent. */
export const gatewayOutputs = z.object(gatewayShape, { error: "the outputs of a gateway" });

export type GatewayOutputs = z.output<typeof gatewayOutputs>;

/** Outputs of an environment without a gateway. */
export const noGateway: GatewayOutputs = gatewayOutputs.parse({});

const addonShape = z.object({
  service: text("<namespace>/<name>").describe("Namespace and name of the Service."),
  port: port.describe("Port of the Service."),
  url: url.describe("Where it answers while the command runs."),
  port_forward: text("a command").describe("Command that reaches it."),
});

/** How an add-on is reached. */
export type AddonOutputs = z.output<typeof addonShape>;

/**
 * The outputs of `<env>-mesh`: the first ingress gateway by plain names, every gateway in `gateways`, and what
 * requests through them must do.
 */
export const meshOutputs = z.object({
  contract_version: z
    .string()
    .regex(/^\d+\.\d+$/, { error: `a version such as ${contractVersion}` })
    .default(unversioned),
  ...gatewayShape,
  gateways: z.record(z.string(), gatewayOutputs).default({}),
  release_namespaces: z.array(z.string()).default([]),
  addons: z
    .record(z.string(), addonShape)
    .default({})
    .describe("Prometheus, Grafana, Jaeger and Kiali, where they are installed."),
  mesh_ca: text("PEM").describe(
    "Roots that every proxy is meant to trust; there are some where the mesh has a CA.",
  ),
  checks,
  cluster_name: text("a name"),
  istio_version: text("a version"),
  istio_revision: text("a revision"),
});

export type MeshOutputs = z.output<typeof meshOutputs>;

/** A check of the outputs that this version cannot read. */
export interface UnreadableCheck {
  readonly name: string;
  readonly why: string;
}

/** An output that does not hold what it must. */
export interface OutputProblem {
  /** Its name, with the way into it: `gateways.partner.gateway_http_port`. */
  readonly output: string;
  readonly found: unknown;
  /** What it must hold, in words. */
  readonly accepted: string;
}

/** Outputs that were read, and what a person should know of them. */
export interface ReadOutputs {
  readonly outputs: MeshOutputs;
  /** Written by a newer version: that they expect something is known, how to see it is not. */
  readonly unreadableChecks: readonly UnreadableCheck[];
  readonly notes: readonly string[];
}

/** What outputs came to when they were read. */
export type MeshOutputsReading =
  | ({ readonly kind: "read" } & ReadOutputs)
  | { readonly kind: "invalid"; readonly problems: readonly OutputProblem[] }
  /** Of a newer major version; `remedy` is what to do. */
  | { readonly kind: "too-new"; readonly version: string; readonly remedy: string };

/** Where in a value something is wrong, as a person writes it: `expect.split`. */
const place = (path: readonly PropertyKey[]) => path.map(String).join(".");

const explain = ({ issues }: z.ZodError) =>
  issues.map(({ path, message }) => (path.length === 0 ? message : `${place(path)}: ${message}`)).join("; ");

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (each, step) =>
      typeof each === "object" && each !== null ? (each as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}

const major = (version: string) => Number(version.split(".")[0]);
const minor = (version: string) => Number(version.split(".")[1]);

function notesOn(version: string): string[] {
  if (version === unversioned) {
    return [
      "the outputs have no contract_version: an older version of this project wrote them; what it did not write is taken as absent, and the next deployment of the mesh stack adds it",
    ];
  }
  if (major(version) === major(contractVersion) && minor(version) > minor(contractVersion)) {
    return [
      `the outputs have contract_version ${version}, this program reads ${contractVersion}: what is new in them is not looked at; update this checkout to the one that deployed the stack`,
    ];
  }
  return [];
}

function readChecks(values: unknown): { readable: readonly Check[]; unreadable: readonly UnreadableCheck[] } {
  const all = Array.isArray(values) ? (values as unknown[]) : [];
  const readable: Check[] = [];
  const unreadable: UnreadableCheck[] = [];
  for (const [index, value] of all.entries()) {
    const result = check.safeParse(value);
    if (result.success) readable.push(result.data);
    else {
      const named = z.object({ name: z.string().min(1).max(100) }).safeParse(value);
      unreadable.push({
        name: named.success ? named.data.name : `checks[${index}]`,
        why: explain(result.error),
      });
    }
  }
  return { readable, unreadable };
}

/**
 * Reads outputs, as their names and bare values.
 *
 * Outputs from before the contract had a version are read with what they have. A newer minor version is read with a
 * note; a newer major one is not read.
 */
export function readMeshOutputs(values: Readonly<Record<string, unknown>>): MeshOutputsReading {
  const { contract_version: version } = values;
  if (typeof version === "string" && major(version) > major(contractVersion)) {
    const remedy = `this program reads ${major(contractVersion)}.x: use the checkout that deployed the stack, or a newer one`;
    return { kind: "too-new", version, remedy };
  }
  const { checks: written, ...rest } = values;
  const texts = withTexts(rest);
  const result = meshOutputs.safeParse(texts);
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => ({
      output: place(path),
      found: valueAt(texts, path),
      accepted: message,
    }));
    return { kind: "invalid", problems };
  }
  const { readable, unreadable } = readChecks(written);
  return {
    kind: "read",
    outputs: { ...result.data, checks: [...readable] },
    unreadableChecks: unreadable,
    notes: notesOn(result.data.contract_version),
  };
}

/** Ports that a tool has turned into numbers are texts again, and null is what "" is: absent. */
function withTexts(value: unknown): unknown {
  if (typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(entries.map(([key, each]) => [key, withTexts(each)]));
}
