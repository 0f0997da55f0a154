import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { withLesson } from "../lesson/lesson-environment";
import { parseTwins, type Proof } from "./proof";

/** The environment that proofs change. */
export const provenEnvironment = "bookinfo";

const application = "applications/bookinfo";

/** Names of the lessons of Bookinfo. */
export function lessonNames(projectRoot: string): readonly string[] {
  return readdirSync(join(projectRoot, application, "lessons"))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => name.replace(/\.yaml$/, ""))
    .sort();
}

/** A lesson with what breaks it. */
export function readLesson(projectRoot: string, step: string): Proof {
  const read = (path: string) => readFileSync(join(projectRoot, path), "utf8");
  const environment = withLesson(read(`environments/${provenEnvironment}.yaml`), {
    step,
    checks: read(`${application}/checks/${step}.yaml`),
  });
  const twins = `${application}/broken/${step}.yaml`;
  return {
    title: `lesson ${step}`,
    environment,
    files: applicationFiles(environment, read),
    twins: parseTwins(read(twins), twins),
    touches: "release bookinfo",
  };
}

/** Texts of the files that an environment's applications list. */
export function applicationFiles(
  environment: string,
  read: (path: string) => string,
): Readonly<Record<string, string>> {
  const { applications = [] } = parseDocument(environment).toJS() as {
    applications?: readonly { readonly path: string; readonly files?: readonly string[] }[];
  };
  const paths = applications.flatMap(({ path, files = [] }) => files.map((file) => `${path}/${file}`));
  return Object.fromEntries(paths.map((path) => [path, read(path)]));
}
