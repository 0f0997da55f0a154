import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import type { Arguments, Block, Stack } from "./block";
import { cdkTfJson, helmRelease, metaArguments, namespace } from "./cdk-tf-json";
import { chartSource } from "./chart-source";
import { addressesInValue } from "./references";

/**
 * Reads a synthesized stack.
 *
 * @param folder holds `cdk.tf.json`
 * @throws Error when there is none, or when it holds what this reader would lose
 */
export function readStack(folder: string): Stack {
  const path = join(folder, "cdk.tf.json");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const name = basename(folder).replace(/-(mesh|cluster)$/, "");
    throw new Error(`${path} cannot be read; write it with: npm run synth -- ${name}`, { cause });
  }
  return parseStack(JSON.parse(text), folder);
}

/** Reads the parsed contents of a `cdk.tf.json` that lies in `folder`. */
export function parseStack(json: unknown, folder: string): Stack {
  const { data, resource, locals, output } = parse(cdkTfJson, json, join(folder, "cdk.tf.json"));
  const sources = [...listed("data.", data), ...listed("", resource)];
  const known = new Set(sources.map(({ address }) => address));
  const dependencies = (body: Arguments) => dependenciesOf(body, known, locals);
  return {
    name: basename(folder),
    folder,
    blocks: sources.map((source) => readBlock(source, dependencies(source.body), folder)),
    locals,
    outputs: output,
  };
}

interface Source {
  readonly address: string;
  readonly type: string;
  readonly isData: boolean;
  readonly body: Arguments;
}

function listed(prefix: "data." | "", types: Readonly<Record<string, Record<string, Arguments>>>): Source[] {
  return Object.entries(types).flatMap(([type, named]) =>
    Object.entries(named).map(([name, body]) => ({
      address: `${prefix}${type}.${name}`,
      type,
      isData: prefix === "data.",
      body,
    })),
  );
}

/** Addresses of the blocks that a value names, directly or through locals. */
export function dependenciesOf(
  value: unknown,
  known: ReadonlySet<string>,
  locals: Readonly<Record<string, unknown>>,
): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const follow = (addresses: readonly string[]) => {
    for (const address of addresses) {
      if (seen.has(address)) continue;
      seen.add(address);
      if (known.has(address)) found.add(address);
      const name = address.startsWith("local.") ? address.slice("local.".length) : undefined;
      if (name !== undefined && name in locals) follow(addressesInValue(locals[name]));
    }
  };
  const explicit = (value as { depends_on?: unknown } | null)?.depends_on;
  if (Array.isArray(explicit)) follow(explicit.map(String));
  follow(addressesInValue(value));
  return [...found];
}

function readBlock(
  { address, type, isData, body }: Source,
  dependsOn: readonly string[],
  folder: string,
): Block {
  if (isData)
    return { kind: "data", type, ...common(address, dependsOn, body), arguments: ownArguments(body) };
  switch (type) {
    case "helm_release": {
      const release = parse(helmRelease.strict(), body, address);
      return {
        kind: "release",
        ...common(address, dependsOn, body),
        name: release.name,
        namespace: release.namespace,
        chart: chartSource(release.chart, release.repository, folder),
        version: release.version,
        values: release.values,
        timeoutSeconds: release.timeout,
        atomic: release.atomic,
        cleanupOnFail: release.cleanup_on_fail,
        wait: release.wait,
        waitForJobs: release.wait_for_jobs,
        skipCrds: release.skip_crds,
        maxHistory: release.max_history,
      };
    }
    case "kubernetes_namespace_v1": {
      const { metadata } = parse(namespace.strict(), body, address);
      return { kind: "namespace", ...common(address, dependsOn, body), ...metadata };
    }
    default:
      return { kind: "resource", type, ...common(address, dependsOn, body), arguments: ownArguments(body) };
  }
}

function common(address: string, dependsOn: readonly string[], body: Arguments) {
  const { lifecycle } = parse(metaArguments, body, address);
  return {
    address,
    dependsOn: dependsOn.filter((other) => other !== address),
    preconditions: lifecycle.precondition,
    postconditions: lifecycle.postcondition,
  };
}

function ownArguments(body: Arguments): Arguments {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !(name in metaArguments.shape)));
}

function parse<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`${where}: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`);
}
