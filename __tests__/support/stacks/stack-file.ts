import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What JavaScript and cdktf leave in a text that they could not write, and what an escape never leaves. */
const residues: Readonly<Record<string, RegExp>> = {
  "an undefined value": /\bundefined\b/,
  "a number that is none": /\bNaN\b/,
  "an object as a text": /\[object [A-Z]/,
  // Escaped, it stands for itself: it came from the environment file.
  "a token of cdktf": /(?<!\$)\$\{TfToken\[/,
  "a mark of literal texts": /\uFDD0/,
};

/** What no text of a stack may hold, each with the path where it stands. */
export function residuesIn(value: unknown, path = ""): string[] {
  if (typeof value === "string") {
    return Object.entries(residues).flatMap(([what, pattern]) =>
      pattern.test(value) ? [`${path}: ${what}: ${value}`] : [],
    );
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...residuesIn(key, path),
    ...residuesIn(inner, `${path}/${key}`),
  ]);
}

/**
 * A synthesized stack as Terraform reads it.
 *
 * @throws Error where it holds what Terraform could not read as it was meant.
 */
export function readStack<T>(outdir: string, name: string): T {
  const stack = JSON.parse(readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8")) as T;
  const found = residuesIn(stack);
  if (found.length > 0) throw new Error(`${name} holds\n${found.join("\n")}`);
  return stack;
}
