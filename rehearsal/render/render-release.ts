import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ReleaseBlock } from "../stack/block";
import type { RunCommand } from "../terraform/evaluate";

/** What renders a chart. */
export interface Renderer {
  readonly helm: string;
  readonly run: RunCommand;
  /** Folder for values files. */
  readonly folder: string;
  /**
   * Version that charts see, such as `1.35`.
   *
   * @default the one that Helm was built with
   */
  readonly kubernetesVersion?: string;
}

/** Renders what a release installs, hooks and definitions included. */
export async function renderRelease(
  release: ReleaseBlock,
  chartPath: string,
  values: readonly string[],
  { helm, run, folder, kubernetesVersion }: Renderer,
): Promise<string> {
  const files = values.map((text, index) => {
    const path = join(folder, release.namespace, `${release.name}-${index.toString()}.yaml`);
    mkdirSync(join(folder, release.namespace), { recursive: true });
    writeFileSync(path, text);
    return path;
  });
  const args = [
    ...["template", release.name, chartPath, "--namespace", release.namespace, "--skip-tests"],
    ...files.flatMap((path) => ["--values", path]),
    release.skipCrds ? "--skip-crds" : "--include-crds",
    ...(kubernetesVersion === undefined ? [] : ["--kube-version", kubernetesVersion]),
  ];
  const render = () => run(helm, args);
  const [one, other] = await Promise.all([render(), render()]);
  return withoutRandomness(one, other);
}

/** What stands in place of something that a chart makes up anew each time, such as a certificate. */
export const generated = "generated-at-install";

/** Marks the lines in which two renderings of the same differ. */
export function withoutRandomness(one: string, other: string): string {
  const lines = one.split("\n");
  const others = other.split("\n");
  if (lines.length !== others.length) return one;
  return lines
    .map((line, index) => {
      if (line === others[index]) return line;
      const [, key = ""] = /^(\s*(?:- )?(?:[\w./-]+:\s*)?)/.exec(line) ?? [];
      return `${key}${generated}`;
    })
    .join("\n");
}
