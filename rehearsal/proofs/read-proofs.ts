import { nearestName } from "../../config/reading/nearest-name";
import { InvalidEnvironment } from "../prepare-stack";
import { lessonNames, readLesson } from "./lessons";
import { policyNames, readPolicy } from "./policies";
import type { Proof } from "./proof";

/**
 * Lessons, then policies; or those of some names, or of the kinds `lessons` and `policies`.
 *
 * @throws InvalidEnvironment where there is none of a name
 */
export function readProofs(projectRoot: string, names: readonly string[]): readonly Proof[] {
  const kinds = [
    { kind: "lessons", all: lessonNames(projectRoot), read: readLesson },
    { kind: "policies", all: policyNames(projectRoot), read: readPolicy },
  ];
  const known = kinds.flatMap(({ kind, all }) => [kind, ...all]);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const meant = nearestName(unknown, known);
    const advice = meant === undefined ? `there are ${known.join(", ")}` : `did you mean ${meant}?`;
    throw new InvalidEnvironment(`there is no proof ${JSON.stringify(unknown)}; ${advice}`);
  }
  return kinds.flatMap(({ kind, all, read }) =>
    all
      .filter((name) => names.length === 0 || names.includes(kind) || names.includes(name))
      .map((name) => read(projectRoot, name)),
  );
}
