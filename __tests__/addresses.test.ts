import { describe, expect, test } from "vitest";
import { formatProblem } from "../config/reading/problem";
import { parse } from "./support/environments/environment-files";
import { synthesizedStacks } from "./support/stacks/synthesized-stacks";
import { shippedEnvironments, textOf, widestEnvironments } from "./support/environments/widest-environments";

type Blocks = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Addresses of everything that a stack keeps in its state. */
function addressesOf(json: unknown): string[] {
  const { resource = {}, data = {} } = json as { readonly resource?: Blocks; readonly data?: Blocks };
  const of = (blocks: Blocks, prefix: string) =>
    Object.entries(blocks).flatMap(([type, named]) =>
      Object.keys(named).map((name) => `${prefix}${type}.${name}`),
    );
  return [...of(resource, ""), ...of(data, "data.")].sort();
}

describe("what a stack keeps in its state stays at its address: at another one it is destroyed and made anew", () => {
  test.each([...widestEnvironments, ...shippedEnvironments])("$name", ({ name, data }) => {
    const parsed = parse(textOf({ data }), `environments/${name}.yaml`);
    if ("problems" in parsed) throw new Error(parsed.problems.map(formatProblem).join("\n"));
    const stacks = synthesizedStacks(parsed.environment);
    const addresses = Object.entries(stacks).map(([stack, json]) => [stack, addressesOf(json)] as const);
    expect(Object.fromEntries(addresses)).toMatchSnapshot();
  });
});
