import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse as readYaml } from "yaml";
import type { Environment } from "../../../config/environment";
import { parse } from "./environment-files";
import { inTemporaryFolder } from "../stacks/synthesize-mesh";
import { runTerraform } from "../terraform/terraform-program";
import { synthesizedStacks } from "../stacks/synthesized-stacks";
import { textOf, type EnvironmentData } from "./widest-environments";

type Path = readonly (string | number)[];
type Data = Readonly<Record<string, unknown>>;

/** Paths of all texts in a file's data. */
export function textPaths(value: unknown, path: Path = []): Path[] {
  if (typeof value === "string") return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textPaths(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** A path without the indices: `target.tags.team`, `gateways.[].name`. */
export function schemaPath(path: Path): string {
  return path.map((step) => (typeof step === "number" ? "[]" : step)).join(".");
}

/** The data with another text at a path, or with the last step of the path under another name. */
function changed(value: unknown, [step, ...rest]: Path, change: { text?: string; key?: string }): unknown {
  if (step === undefined) return change.text ?? value;
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === step ? changed(item, rest, change) : (item as unknown)));
  }
  return Object.fromEntries(
    Object.entries(value as Data).map(([key, inner]) =>
      key === step
        ? [rest.length === 0 ? (change.key ?? key) : key, changed(inner, rest, change)]
        : [key, inner],
    ),
  );
}

function environmentOf(name: string, data: Data): Environment | undefined {
  const parsed = parse(textOf({ data }), `environments/${name}.yaml`);
  return "environment" in parsed ? parsed.environment : undefined;
}

/** A file's data with its defaults written out. */
export function withDefaults({ name, data }: EnvironmentData): Data {
  const environment = environmentOf(name, data);
  if (environment === undefined) throw new Error(`${name} is not valid`);
  return Object.fromEntries(Object.entries(environment).filter(([key]) => key !== "name"));
}

/** A text that a file accepts as the value at a path, or as a key there. */
export interface Probe {
  readonly path: string;
  /** A part of the text that stands nowhere else. */
  readonly word: string;
  readonly text: string;
}

/** An environment with hostile texts wherever its file accepts them. */
export interface SpoiltEnvironment {
  readonly environment: Environment;
  readonly probes: readonly Probe[];
}

/** Puts a hostile text into each place of each file that accepts it; the same place of two files is tried once. */
export function spoil(
  files: readonly EnvironmentData[],
  hostile: (word: string) => string,
): SpoiltEnvironment[] {
  const tried = new Set<string>();
  return files.map(({ name, data }, at) => {
    const probes: Probe[] = [];
    let spoilt = withDefaults({ name, data });
    const kind = (spoilt["target"] as { kind: string }).kind;
    const word = () => `w${at}w${probes.length}w`;
    const attempt = (path: string, text: string, change: Data) => {
      if (environmentOf(name, change) === undefined) return false;
      probes.push({ path, word: word(), text });
      spoilt = change;
      return true;
    };
    for (const path of textPaths(spoilt)) {
      const place = schemaPath(path);
      if (tried.has(`${kind} ${place}`)) continue;
      tried.add(`${kind} ${place}`);
      const original = String(path.reduce<unknown>((inner, step) => (inner as Data)[step], spoilt));
      for (const text of [hostile(word()), `${original}${hostile(word())}`]) {
        if (attempt(place, text, changed(spoilt, path, { text }) as Data)) break;
      }
      const key = hostile(word());
      if (typeof path.at(-1) === "string") {
        attempt(`${place} (key)`, key, changed(spoilt, path, { key }) as Data);
      }
    }
    const environment = environmentOf(name, spoilt);
    if (environment === undefined) throw new Error(`${name} is not valid with all of the texts`);
    return { environment, probes };
  });
}

/** Texts of Terraform's JSON in which a word stands; a key stands as the key of a mapping. */
function fragmentsWith(words: RegExp, value: unknown): unknown[] {
  if (typeof value === "string") return words.test(value) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(words.test(key) ? [{ [key]: "" }] : []),
    ...fragmentsWith(words, inner),
  ]);
}

/** The texts in a value; those of a text that is YAML or JSON itself. */
function innerTexts(value: unknown): string[] {
  if (typeof value === "string") {
    const inner = structureOf(value);
    return inner === undefined ? [value] : innerTexts(inner);
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...innerTexts(inner)]);
}

function structureOf(text: string): object | undefined {
  if (!/^(\{"|"?[a-zA-Z]+"?:[ \n])/.test(text)) return undefined;
  try {
    const inner: unknown = readYaml(text, { version: "1.1" });
    return typeof inner === "object" && inner !== null ? inner : undefined;
  } catch {
    return undefined;
  }
}

/** What Terraform reads in parts of its JSON; a text stands for what data sources and files would give. */
export function readByTerraform(fragments: readonly unknown[]): string[] {
  const read = inTemporaryFolder((directory) => {
    const json = JSON.stringify({ locals: { read: fragments } })
      .replaceAll(/data\.[a-z0-9_]+\.[A-Za-z0-9_-]+(\[0\]|\.[a-z_]+)*/g, '\\"read\\"')
      .replaceAll('${file(\\"../', '${coalesce(\\"../');
    writeFileSync(join(directory, "main.tf.json"), json);
    const { stdout, stderr } = runTerraform("terraform", directory, ["console"], "jsonencode(local.read)\n");
    try {
      return JSON.parse(JSON.parse(stdout.trim()) as string) as unknown[];
    } catch (cause) {
      throw new Error(`terraform console: ${stdout}${stderr}`, { cause });
    }
  });
  return read.flatMap(innerTexts);
}

/** What became of a probe where Terraform does not read it as it stands in the file. */
export function faultsOf({ word, text, path }: Probe, read: readonly string[]): string[] {
  const found = read.filter((each) => each.includes(word));
  // A folder of charts is read by the synthesis itself.
  if (found.length === 0 && path !== "charts.source.path") return [`${path} reaches nothing`];
  return found.filter((each) => !each.includes(text)).map((each) => `${path} became ${each}`);
}

/** Everything that Terraform reads otherwise than it stands in the files. */
export function misread(spoilt: readonly SpoiltEnvironment[]): string[] {
  const probes = spoilt.flatMap((each) => each.probes);
  const words = new RegExp(probes.map(({ word }) => word).join("|"));
  const fragments = spoilt.flatMap(({ environment }) => fragmentsWith(words, synthesizedStacks(environment)));
  const read = readByTerraform(fragments);
  return probes.flatMap((probe) => faultsOf(probe, read));
}
