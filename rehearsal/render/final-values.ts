import type { DataBlock, ReleaseBlock, ResourceBlock, Stack } from "../stack/block";
import { addressOf, isReference, replaceReferences } from "../stack/references";
import { fillTemplate, isLiteral, mapTemplate, parseTemplate } from "../stack/template";
import type { Evaluation, OutputValues } from "../terraform/evaluate";

/** An expression that only an apply can tell the value of. */
export interface Unresolved {
  /** Name of the release. */
  readonly release: string;
  readonly expression: string;
}

/** Values of a release as far as they are known before an apply. */
export interface FinalValues {
  /** YAML texts; a later one wins. */
  readonly texts: readonly string[];
  readonly unresolved: readonly Unresolved[];
}

/** What finding values asks of others. */
export interface ValueSources {
  /** Evaluates by Terraform's core; absent where there is no Terraform. */
  readonly evaluate?: (evaluation: Evaluation) => Promise<OutputValues>;
  /** The value of a look-up or a resource that is known without a cluster and a cloud, or undefined. */
  readonly lookUp: (block: DataBlock | ResourceBlock) => Promise<unknown>;
}

/** What stands in manifests for a value that is known only after apply; safe in YAML, quoted or not. */
export function placeholder(expression: string): string {
  return `known-after-apply(${expression.replaceAll(/["'\\{}#\n]/g, "").replaceAll(/\s+/g, " ")})`;
}

/** Fills in the values of a release: references to the cloud or the cluster become placeholders. */
export async function finalValues(
  release: ReleaseBlock,
  stack: Stack,
  sources: ValueSources,
): Promise<FinalValues> {
  const unresolved = new Map<string, Unresolved>();
  const note = (expression: string): string => {
    unresolved.set(expression, { release: release.name, expression });
    return placeholder(expression);
  };
  const known = await lookUps(release, stack, sources);
  const addresses = new Set(stack.blocks.map(({ address }) => address));
  const texts: string[] = [];
  for (const template of release.values) {
    texts.push(await fill(template));
  }
  return { texts, unresolved: [...unresolved.values()] };

  async function fill(template: string): Promise<string> {
    const computed = parseTemplate(template).some(
      ({ kind, text }) => kind === "expression" && (!isReference(text) || known.has(addressOf(text))),
    );
    if (isLiteral(template) || !computed || sources.evaluate === undefined)
      return fillTemplate(template, note);
    const noted: string[] = [];
    const value = mapTemplate(template, (expression) =>
      replaceReferences(expression, (address, reference) => {
        if (!addresses.has(address) || known.has(address)) return undefined;
        noted.push(reference);
        return JSON.stringify(placeholder(reference));
      }),
    );
    try {
      const evaluation = { locals: stack.locals, read: known, templates: { values: { value } } };
      const { values } = await sources.evaluate(evaluation);
      noted.forEach(note);
      return String(values?.value);
    } catch {
      // A function that wants more than text of a value that is not known yet.
      return fillTemplate(template, note);
    }
  }
}

/** Values of the look-ups and resources that the release's values name and that are known without a cluster. */
async function lookUps(
  release: ReleaseBlock,
  stack: Stack,
  { lookUp }: ValueSources,
): Promise<ReadonlyMap<string, unknown>> {
  const known = new Map<string, unknown>();
  for (const block of stack.blocks) {
    if (block.kind !== "data" && block.kind !== "resource") continue;
    if (!release.dependsOn.includes(block.address)) continue;
    const value = await lookUp(block);
    if (value !== undefined) known.set(block.address, value);
  }
  return known;
}
