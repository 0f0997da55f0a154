import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { RunCommand } from "../../rehearsal/terraform/evaluate";
import type { CarriedChart, ExportFile } from "./destination";

/** First line of every file that an export writes. */
export const exportMark = "# Written by npm run export; changes are overwritten.";

/** Objects as a stream of YAML documents. */
export function documentsText(objects: readonly object[]): string {
  // YAML 1.1: the controllers' parsers would read an unquoted OFF as false.
  const options = { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false } as const;
  return objects.map((object) => `---\n${stringify(object, options)}`).join("");
}

/** Comment lines of a text. */
export function comment(text: string): string {
  return text
    .split("\n")
    .map((line) => `${`# ${line}`.trimEnd()}\n`)
    .join("");
}

/** What lies in a folder of an export. */
export interface ExportFolder {
  readonly files: readonly ExportFile[];
  readonly charts: readonly CarriedChart[];
  /** What a person should know of it, for the first file. */
  readonly notes: string;
}

/** Writes an export and removes what an earlier one wrote; returns the names of the files. */
export async function writeExport(
  folder: string,
  { files, charts, notes }: ExportFolder,
  run: RunCommand,
): Promise<readonly string[]> {
  removeEarlier(folder);
  mkdirSync(folder, { recursive: true });
  const digits = Math.max(2, files.length.toString().length);
  // Numbers keep releases of one name in two namespaces apart.
  const numbered = files.map(({ name, objects }, position) => ({
    name: `${position.toString().padStart(digits, "0")}-${name}.yaml`,
    objects,
  }));
  const names = numbered.map(({ name }) => name);
  // Controllers read whole folders, and charts are none of the objects.
  const kustomization = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: names,
  };
  writeFileSync(
    join(folder, kustomizationName),
    `${exportMark}\n${comment(notes)}${documentsText([kustomization])}`,
  );
  for (const { name, objects } of numbered) {
    writeFileSync(join(folder, name), `${exportMark}\n${documentsText(objects)}`);
  }
  for (const chart of charts) await writeChart(folder, chart, run);
  return [kustomizationName, ...names, ...charts.map(({ folder: name }) => `${name}/`)];
}

const kustomizationName = "kustomization.yaml";

function removeEarlier(folder: string): void {
  if (!existsSync(join(folder, kustomizationName))) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name.endsWith(".yaml") && readFileSync(path, "utf8").startsWith(exportMark)) rmSync(path);
  }
  rmSync(join(folder, "charts"), { recursive: true, force: true });
}

/** A chart as a folder, which is what the controllers read from Git. */
async function writeChart(
  folder: string,
  { folder: name, source }: CarriedChart,
  run: RunCommand,
): Promise<void> {
  const target = join(folder, name);
  mkdirSync(target, { recursive: true });
  if (statSync(source).isDirectory()) cpSync(source, target, { recursive: true });
  else await run("tar", ["-xzf", source, "--strip-components=1", "-C", target]);
}
