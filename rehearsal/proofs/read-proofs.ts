import { nearestName } from "../../config/reading/nearest-name";
import { InvalidEnvironment } from "../prepare-stack";
import { lessonNames, readLesson } from "./lessons";
import type { Proof } from "./proof";

/**
 * Proofs in their order, or those of some names.
 *
 * @throws InvalidEnvironment where there is none of a name
 */
export function readProofs(projectRoot: string, names: readonly string[]): readonly Proof[] {
  const all = lessonNames(projectRoot);
  for (const name of names) {
    if (all.includes(name)) continue;
    const meant = nearestName(name, all);
    const advice = meant === undefined ? `there are ${all.join(", ")}` : `did you mean ${meant}?`;
    throw new InvalidEnvironment(`there is no proof ${JSON.stringify(name)}; ${advice}`);
  }
  const wanted = names.length === 0 ? all : all.filter((name) => names.includes(name));
  return wanted.map((name) => readLesson(projectRoot, name));
}
