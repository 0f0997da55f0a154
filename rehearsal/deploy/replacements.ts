import { chartName } from "../stack/chart-source";

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

/** What a rehearsal has in place of a chart. */
interface ReplacedChart {
  readonly answer: string;
  /** The API group that it would define; nothing of it can be installed without it. @default it defines none */
  readonly group?: string;
}

/** Charts whose programs talk to a cloud or a network that a rehearsal does not have. */
const replacedCharts: Readonly<Record<string, ReplacedChart>> = {
  "aws-load-balancer-controller": {
    answer: "the simulated load balancer, which assigns a host name",
    group: "elbv2.k8s.aws",
  },
  "cluster-autoscaler": { answer: "the simulated nodes, which have place for every pod" },
  metallb: { answer: "the simulated load balancer, which assigns an address", group: "metallb.io" },
};

/**
 * Connects a synthesized stack to the rehearsal's cluster.
 *
 * Everything that this changes is on the list it returns: the provider configuration and the backend, and in a
 * stack for a cloud its look-ups, the load balancer's controller and the autoscaler of nodes.
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
  removeReplacedCharts(stack, removed, replacements);
  const lookups = [...removed].filter((address) => !/^(data\.)?helm_/.test(address));
  if (lookups.length > 0)
    replacements.push(
      `left out: ${lookups.map((address) => address.replace(/_[0-9A-F]{8}$/, "")).join(", ")}`,
    );
  dropDependencies(stack, removed);
  dropEmptyTypes(stack);
  const answered = answerIdentifiers(stack, removed, replacements);
  const dangling = [...removed].filter((address) => JSON.stringify(answered).includes(`${address}.`));
  if (dangling.length > 0) {
    throw new Error(`the stack uses values of ${dangling.join(", ")}, which a rehearsal has no answer for`);
  }
  return { stack: answered, replacements };
}

/** Takes out releases and templates of replaced charts, and releases made from such a template or of their kinds. */
function removeReplacedCharts(stack: StackJson, removed: Set<string>, replacements: string[]): void {
  const templates = stack.data?.["helm_template"] ?? {};
  const releases = stack.resource?.["helm_release"] ?? {};
  const take = (blocks: Record<string, Block>, prefix: string, isReplaced: (block: Block) => boolean) => {
    for (const [id, block] of Object.entries(blocks)) {
      if (!isReplaced(block)) continue;
      Reflect.deleteProperty(blocks, id);
      removed.add(`${prefix}.${id}`);
    }
  };
  const isReplaced = ({ chart }: Block) => replacedCharts[chartName(String(chart))] !== undefined;
  const names = Object.values(releases)
    .filter(isReplaced)
    .map(({ chart }) => chartName(String(chart)));
  take(templates, "data.helm_template", isReplaced);
  take(releases, "helm_release", isReplaced);
  take(releases, "helm_release", (block) => {
    const values = JSON.stringify({ ...block, depends_on: [] });
    return [...removed].some(
      (address) => address.startsWith("data.helm_template.") && values.includes(`${address}.`),
    );
  });
  const groups = [...new Set(names)].flatMap((name) => replacedCharts[name]?.group ?? []);
  take(releases, "helm_release", ({ values }) =>
    groups.some((group) => JSON.stringify(values ?? []).includes(`apiVersion: ${group}/`)),
  );
  for (const name of new Set(names)) {
    const { answer, group } = replacedCharts[name] ?? { answer: "" };
    const objects = group === undefined ? "" : ` and objects of ${group}`;
    replacements.push(`chart ${name}${objects}: ${answer}`);
  }
}

/** Puts a made-up identifier where a release names something of the cloud by its id alone. */
function answerIdentifiers(
  stack: StackJson,
  removed: ReadonlySet<string>,
  replacements: string[],
): StackJson {
  let text = JSON.stringify(stack);
  for (const address of removed) {
    const reference = `\${${address}.id}`;
    if (!text.includes(reference)) continue;
    const answer = `rehearsal-${address.replace(/^data\./, "").split(".")[0] ?? ""}`;
    text = text.replaceAll(reference, answer);
    replacements.push(`id of ${address.replace(/_[0-9A-F]{8}$/, "")}: '${answer}', made up`);
  }
  return JSON.parse(text) as StackJson;
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

/** Terraform refuses a type of block without a block. */
function dropEmptyTypes(stack: StackJson): void {
  for (const section of [stack.data, stack.resource]) {
    for (const [type, blocks] of Object.entries(section ?? {})) {
      if (section !== undefined && Object.keys(blocks).length === 0) Reflect.deleteProperty(section, type);
    }
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
