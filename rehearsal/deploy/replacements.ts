/** A synthesized stack, as the rehearsal reads and changes it. */
export interface StackJson {
  terraform?: { required_providers?: Record<string, unknown>; backend?: unknown };
  provider?: Record<string, unknown>;
  data?: Record<string, Record<string, Block>>;
  resource?: Record<string, Record<string, Block>>;
  [section: string]: unknown;
}

type Block = Record<string, unknown>;

export interface Replaced {
  readonly stack: StackJson;
  /** One line per thing that a rehearsal replaces, for the report. */
  readonly replacements: readonly string[];
}

/** Providers that a rehearsal has something to connect to. */
const keptProviders = ["helm", "kubernetes"];

/** Charts whose programs talk to a cloud or a network that a rehearsal does not have, and what answers instead. */
const replacedCharts: Readonly<Record<string, string>> = {
  "aws-load-balancer-controller": "the simulated load balancer, which assigns a host name",
  metallb: "the simulated load balancer, which assigns an address",
};

/**
 * Connects a synthesized stack to the rehearsal's cluster.
 *
 * Everything that this changes is on the list it returns: the provider configuration and the backend, and in a
 * stack for a cloud its look-ups and the load balancer's controller.
 */
export function replaceForRehearsal(
  original: StackJson,
  kubeconfigPath: string,
  statePath: string,
): Replaced {
  const stack = structuredClone(original);
  const replacements: string[] = [];
  const connection = { config_path: kubeconfigPath };
  stack.provider = { helm: [{ kubernetes: connection }], kubernetes: [connection] };
  replacements.push("provider configuration: the rehearsal's kubeconfig");
  const terraform = (stack.terraform ??= {});
  terraform.backend = { local: { path: statePath } };
  replacements.push("backend: a state file in the rehearsal's folder");
  for (const name of Object.keys(terraform.required_providers ?? {})) {
    if (!keptProviders.includes(name)) Reflect.deleteProperty(terraform.required_providers ?? {}, name);
  }
  const removed = new Set<string>();
  removeForeign(stack.data, "data.", removed);
  removeForeign(stack.resource, "", removed);
  for (const [id, release] of Object.entries(stack.resource?.["helm_release"] ?? {})) {
    const name = chartName(String(release["chart"]));
    const answer = replacedCharts[name];
    if (answer === undefined) continue;
    Reflect.deleteProperty(stack.resource?.["helm_release"] ?? {}, id);
    removed.add(`helm_release.${id}`);
    replacements.push(`chart ${name}: ${answer}`);
  }
  const lookups = [...removed].filter((address) => !address.startsWith("helm_release."));
  if (lookups.length > 0)
    replacements.push(
      `left out: ${lookups.map((address) => address.replace(/_[0-9A-F]{8}$/, "")).join(", ")}`,
    );
  dropDependencies(stack, removed);
  const dangling = [...removed].filter((address) => JSON.stringify(stack).includes(`${address}.`));
  if (dangling.length > 0) {
    throw new Error(`the stack uses values of ${dangling.join(", ")}, which a rehearsal has no answer for`);
  }
  return { stack, replacements };
}

function removeForeign(
  section: Record<string, Record<string, Block>> | undefined,
  prefix: string,
  removed: Set<string>,
): void {
  for (const [type, blocks] of Object.entries(section ?? {})) {
    const provider = type.split("_")[0] ?? type;
    if (keptProviders.includes(provider) || provider === "terraform") continue;
    for (const name of Object.keys(blocks)) removed.add(`${prefix}${type}.${name}`);
    if (section !== undefined) Reflect.deleteProperty(section, type);
  }
}

function dropDependencies(stack: StackJson, removed: ReadonlySet<string>): void {
  for (const section of [stack.data, stack.resource]) {
    for (const blocks of Object.values(section ?? {})) {
      for (const block of Object.values(blocks)) {
        const dependencies = block["depends_on"];
        if (!Array.isArray(dependencies)) continue;
        block["depends_on"] = dependencies.filter((address) => !removed.has(String(address)));
      }
    }
  }
}

/** `metallb` of `metallb`, `assets/chart-metallb/…/metallb-0.15.2.tgz` and `oci://…/metallb`. */
function chartName(chart: string): string {
  const last = chart.split("/").at(-1) ?? chart;
  return last.replace(/-v?\d+\.\d+\.\d+.*\.tgz$/, "");
}
