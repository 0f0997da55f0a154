import { derivedNames } from "../names";
import { quote } from "../reading/problem";
import { rule } from "./rule";

/** The environment's name leaves room for every name derived from it. */
export const derivedNamesFit = rule(["target", "backend"], (environment) => {
  const tooLong = derivedNames(environment).filter(({ name, longest }) => name.length > longest);
  // One finding for the tightest limit: a shorter name mends the others, too.
  const [tightest] = tooLong.toSorted((a, b) => b.name.length - b.longest - (a.name.length - a.longest));
  if (tightest === undefined) return [];
  const { bearer, name, longest } = tightest;
  const isKey = "keyPrefix" in environment.backend;
  return [
    {
      path: isKey && bearer === "the state's key" ? ["backend", "keyPrefix"] : [],
      found: `${quote(name)} with ${name.length}`,
      accepted: `${bearer} may have ${longest} characters`,
      advice: `shorten it by ${name.length - longest}: rename the file${isKey ? ", or shorten backend.keyPrefix" : ""}`,
    },
  ];
});

/** Keys in a bucket are relative: a leading slash would make a folder without a name. */
export const stateKeysAreRelative = rule(["backend"], ({ backend }) => {
  if (!("keyPrefix" in backend)) return [];
  if (!backend.keyPrefix.startsWith("/")) return [];
  return [
    {
      path: ["backend", "keyPrefix"],
      found: quote(backend.keyPrefix),
      accepted: "a prefix such as mesh/, without a slash in front",
      advice: "remove the slash",
    },
  ];
});
