import { stringify } from "yaml";
import { chartTitle } from "../helm/chart-arguments";
import { helmTemplateType, readHelmTemplate } from "../helm/helm-template-data";
import type { LocalCharts } from "../helm/local-charts";
import type { Block, DataBlock, NamespaceBlock, ReleaseBlock, ResourceBlock, Stack } from "../stack/block";
import { namespaceManifest } from "../stack/namespace-manifest";
import { inApplyOrder } from "../stack/order";
import type { Evaluator } from "../terraform/evaluate";
import { finalValues, type Unresolved, type ValueSources } from "./final-values";
import { type Renderer, renderRelease } from "./render-release";

/** One file of manifests. */
export interface RenderedFile {
  /** Place in the apply order; 0 is the namespaces'. */
  readonly position: number;
  /** Name without number and extension: a release's, or `namespaces`. */
  readonly name: string;
  /** Namespace of the release; absent for the namespaces themselves. */
  readonly namespace?: string;
  readonly text: string;
}

/** The manifests of a stack. */
export interface Rendering {
  /** In apply order, namespaces first. */
  readonly files: readonly RenderedFile[];
  readonly unresolved: readonly Unresolved[];
  /** Releases that could not be rendered. */
  readonly failures: readonly RenderFailure[];
}

export interface RenderFailure {
  readonly release: string;
  readonly error: unknown;
}

export interface RenderOptions extends Renderer {
  readonly charts: LocalCharts;
  /** Absent where there is no Terraform: computed values then stay placeholders. */
  readonly evaluator: Evaluator | undefined;
}

/** First line of every file that this writes. */
export const fileMark = "# Rendered by npm run render; changes are overwritten.";

/** Renders the namespaces and releases of a stack; one that cannot be rendered does not stop the others. */
export async function renderStack(stack: Stack, options: RenderOptions): Promise<Rendering> {
  const sources = valueSources(stack, options);
  const blocks = inApplyOrder(stack.blocks);
  const releases = blocks.filter(isRelease);
  const results = await Promise.allSettled(
    releases.map(async (release, index) => {
      const values = await finalValues(release, stack, sources);
      const { path } = await options.charts.find(release.chart, release.version);
      const manifests = await renderRelease(release, path, values.texts, options);
      const { unresolved } = values;
      const text = `${header(release, unresolved)}${manifests}`;
      return { position: index + 1, name: release.name, namespace: release.namespace, text, unresolved };
    }),
  );
  const rendered = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  return {
    files: [
      { position: 0, name: "namespaces", text: namespacesText(blocks.filter(isNamespace)) },
      ...rendered.map(({ position, name, namespace, text }) => ({ position, name, namespace, text })),
    ],
    unresolved: rendered.flatMap(({ unresolved }) => unresolved),
    failures: results.flatMap((result, index) =>
      result.status === "rejected"
        ? [{ release: releases[index]?.name ?? "", error: result.reason as unknown }]
        : [],
    ),
  };
}

function namespacesText(namespaces: readonly NamespaceBlock[]): string {
  const documents = namespaces.map(
    (namespace) => `---\n${stringify(namespaceManifest(namespace), { lineWidth: 0 })}`,
  );
  return `${fileMark}\n# Namespaces of the stack.\n${documents.join("")}`;
}

function header(release: ReleaseBlock, unresolved: readonly Unresolved[]): string {
  const title = `Release ${release.name} in namespace ${release.namespace}: chart ${chartTitle(release.chart, release.version)}.`;
  const notes = unresolved.map(
    ({ expression }) => `# Known after apply: ${expression.replaceAll("\n", " ")}\n`,
  );
  return `${fileMark}\n# ${title}\n${notes.join("")}`;
}

/** What a release's values are found by: charts on this machine, and Terraform's core where there is one. */
export function valueSources(stack: Stack, options: RenderOptions): ValueSources {
  const { evaluator } = options;
  return {
    ...(evaluator === undefined ? {} : { evaluate: (evaluation) => evaluator.evaluate(evaluation) }),
    lookUp: (block) => lookUp(block, stack, options),
  };
}

async function lookUp(
  block: DataBlock | ResourceBlock,
  stack: Stack,
  options: RenderOptions,
): Promise<unknown> {
  if (block.kind !== "data" || block.type !== helmTemplateType) return undefined;
  return readHelmTemplate(
    block,
    stack.folder,
    async (chart, version) => [(await options.charts.find(chart, version)).path],
    (args) => options.run(options.helm, args),
  );
}

function isRelease(block: Block): block is ReleaseBlock {
  return block.kind === "release";
}

function isNamespace(block: Block): block is NamespaceBlock {
  return block.kind === "namespace";
}
