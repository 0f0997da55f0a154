import type { Manifest } from "../../composition/manifests/manifest";
import type { Environment } from "../../config/environment";
import type { Problem } from "../../config/reading/problem";
import type { Finding } from "../../config/rules/rule";
import { parseApplicationFile, type ApplicationFile, type ApplicationObject } from "./application-file";
import type { ApplicationConfig } from "./keys";

/** An application with the objects of its files. */
export interface ParsedApplication {
  readonly config: ApplicationConfig;
  /** Its place in the environment file. */
  readonly index: number;
  readonly objects: readonly ApplicationObject[];
}

/** What the files of an environment's applications come to. */
export interface ReadApplications {
  /** By the applications' names. */
  readonly objects: Readonly<Record<string, readonly Manifest[]>>;
  /** Problems of the applications' files. */
  readonly problems: readonly Problem[];
  /** What is to be said of the environment file, now that the objects are known. */
  readonly findings: readonly Finding[];
}

/** Reads and judges the files of an environment's applications, given by the applications' names. */
export function readApplications(
  environment: Environment,
  files: Readonly<Record<string, readonly ApplicationFile[]>>,
): ReadApplications {
  const problems: Problem[] = [];
  const applications = environment.applications.map((config, index): ParsedApplication => {
    const parsed = (files[config.name] ?? []).map(parseApplicationFile);
    problems.push(...parsed.flatMap((file) => file.problems));
    return { config, index, objects: parsed.flatMap((file) => file.objects) };
  });
  return {
    objects: Object.fromEntries(
      applications.map(({ config, objects }) => [config.name, objects.map(({ manifest }) => manifest)]),
    ),
    problems,
    findings: [],
  };
}
