import { z } from "zod";
import { helmTemplateType, readHelmTemplate } from "../../../helm/helm-template-data";
import { chartArguments } from "../../../helm/chart-arguments";
import type { DataBlock } from "../../../stack/block";
import type { ClusterPrograms } from "../cluster-programs";
import { type Node, nodesAttributes } from "./nodes";
import { type Service, serviceAttributes } from "./service";

type Reader = (block: DataBlock, programs: ClusterPrograms, stackFolder: string) => Promise<unknown>;

const readers: Readonly<Record<string, Reader>> = {
  kubernetes_service_v1: readService,
  kubernetes_nodes: readNodes,
  kubernetes_resources: readResources,
  [helmTemplateType]: (block, programs, stackFolder) =>
    readHelmTemplate(block, stackFolder, chartArguments, (args) => programs.helm(args)),
};

/** Types of data sources that can be read without providers. */
export const readableTypes: readonly string[] = Object.keys(readers);

/** Reads a data source through kubectl or Helm, in the form in which its provider shows it. */
export function readData(block: DataBlock, programs: ClusterPrograms, stackFolder: string): Promise<unknown> {
  const reader = readers[block.type];
  if (reader === undefined) throw new Error(`${block.address}: type ${block.type} cannot be read`);
  return reader(block, programs, stackFolder);
}

const serviceArguments = z.strictObject({
  metadata: z.object({ name: z.string(), namespace: z.string().default("default") }),
});

async function readService(block: DataBlock, programs: ClusterPrograms) {
  const { metadata } = argumentsOf(serviceArguments, block);
  const { name, namespace } = metadata;
  const args = ["get", "service", name, "--namespace", namespace, "--ignore-not-found"];
  return serviceAttributes(await programs.kubectlJson<Service>(args), metadata);
}

const labels = z.object({ labels: z.record(z.string(), z.string()).default({}) });
const nodesArguments = z.strictObject({ metadata: z.union([labels, z.array(labels)]).optional() });

async function readNodes(block: DataBlock, programs: ClusterPrograms) {
  const { metadata } = argumentsOf(nodesArguments, block);
  const [selected] = Array.isArray(metadata) ? metadata : [metadata];
  const selector = Object.entries(selected?.labels ?? {}).map(([name, value]) => `${name}=${value}`);
  const args = ["get", "nodes", ...(selector.length === 0 ? [] : ["--selector", selector.join(",")])];
  return nodesAttributes((await programs.kubectlJson<{ items: Node[] }>(args))?.items ?? []);
}

const resourcesArguments = z.strictObject({
  api_version: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  label_selector: z.string().optional(),
  field_selector: z.string().optional(),
  limit: z.number().optional(),
});

async function readResources(block: DataBlock, programs: ClusterPrograms) {
  const asked = argumentsOf(resourcesArguments, block);
  const [version = "", group = ""] = asked.api_version.split("/").reverse();
  const args = [
    ...["get", `${asked.kind}.${version}.${group}`],
    ...(asked.namespace === undefined ? ["--all-namespaces"] : ["--namespace", asked.namespace]),
    ...(asked.label_selector === undefined ? [] : ["--selector", asked.label_selector]),
    ...(asked.field_selector === undefined ? [] : ["--field-selector", asked.field_selector]),
  ];
  const found = (await programs.kubectlJson<{ items: unknown[] }>(args))?.items ?? [];
  return { objects: asked.limit === undefined ? found : found.slice(0, asked.limit) };
}

function argumentsOf<T>(schema: z.ZodType<T>, { address, arguments: body }: DataBlock): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Error(`${address}: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`);
}
