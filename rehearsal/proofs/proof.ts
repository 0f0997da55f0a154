import { parse } from "yaml";
import { z } from "zod";
import { check, type Check } from "../../contract/checks";
import { parseEnvironment } from "../../config/reading/parse-environment";
import { formatProblem } from "../../config/reading/problem";
import { editObjects, type Edits, editYaml } from "./edit-yaml";

const edits = z.record(z.string(), z.unknown());

/** A configuration that is broken on purpose, and the checks that have to notice. */
export const twin = z.strictObject({
  /** What is wrong with it, in words. */
  broken: z.string().min(1),
  /** Edits of `environment`, or of objects of its applications by `<Kind> <name>`; null takes an object away. */
  set: z.record(z.string(), edits.nullable()),
  /** The checks that fail, and what each says: all of these texts. */
  fails: z
    .record(z.string(), z.array(z.string().min(1)).min(1))
    .refine((fails) => Object.keys(fails).length > 0),
});

export type Twin = z.output<typeof twin>;

/** A configuration with its checks, as files. */
export interface Proof {
  /** Such as `lesson jason`. */
  readonly title: string;
  /** Text of the environment file, checks included. */
  readonly environment: string;
  /** Texts of its applications' files, by their paths in the project. */
  readonly files: Readonly<Record<string, string>>;
  readonly twins: readonly Twin[];
  /** The one thing that a change of its rules may touch; undefined: anything. */
  readonly touches?: string;
}

/** A configuration that is tried. */
export type Variant = Pick<Proof, "environment" | "files">;

/** @throws Error when the file is not what {@link twin} describes */
export function parseTwins(text: string, path: string): readonly Twin[] {
  const parsed = z.array(twin).min(1).safeParse(parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
}

/**
 * A proof's configuration, broken as a twin says.
 *
 * @throws Error where the twin edits what is not there
 */
export function breakAs({ set }: Twin, { environment, files }: Variant): Variant {
  const { environment: ofEnvironment, ...ofObjects } = set;
  const left = new Set(Object.keys(ofObjects));
  const broken = Object.entries(files).map(([path, text]) => {
    const { text: written, edited } = editObjects(text, ofObjects as Record<string, Edits | null>);
    for (const name of edited) left.delete(name);
    return [path, written] as const;
  });
  if (left.size > 0) throw new Error(`no file has ${[...left].join(", ")}`);
  return {
    environment: editYaml(environment, ofEnvironment ?? {}, "the environment"),
    files: Object.fromEntries(broken),
  };
}

/** The checks of an environment file. @throws Error with its problems */
export function checksOf(environment: string, today: Date): readonly Check[] {
  const parsed = parseEnvironment("environments/proof.yaml", environment, { today });
  if ("environment" in parsed) return z.array(check).parse(parsed.environment.checks);
  throw new Error(parsed.problems.map((problem) => formatProblem(problem)).join("\n"));
}
