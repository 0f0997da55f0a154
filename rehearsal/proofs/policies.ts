import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { editYaml } from "./edit-yaml";
import { applicationFiles } from "./lessons";
import { type Proof, twin } from "./proof";

const folder = "rehearsal/proofs/policies";
const environmentFile = "environment.yaml";

/** A policy of the mesh: edits of the environment that all of them begin with, checks, and what breaks them. */
const policy = z.strictObject({
  set: z.record(z.string(), z.unknown()),
  checks: z.array(z.unknown()).min(1),
  broken: z.array(twin).min(1),
});

/** Names of the policies that are proven. */
export function policyNames(projectRoot: string): readonly string[] {
  return readdirSync(join(projectRoot, folder))
    .filter((name) => name.endsWith(".yaml") && name !== environmentFile)
    .map((name) => basename(name, ".yaml"))
    .sort();
}

/** A policy with its checks and what breaks it. @throws Error when its file is not as described */
export function readPolicy(projectRoot: string, name: string): Proof {
  const read = (path: string) => readFileSync(join(projectRoot, path), "utf8");
  const path = `${folder}/${name}.yaml`;
  const parsed = policy.safeParse(parse(read(path)));
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  const { set, checks, broken } = parsed.data;
  const edited = editYaml(read(`${folder}/${environmentFile}`), set, path);
  const environment = `${edited}${stringify({ checks })}`;
  return {
    title: `policy ${name}`,
    environment,
    files: applicationFiles(environment, read),
    twins: broken,
  };
}
