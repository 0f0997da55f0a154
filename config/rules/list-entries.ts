import { sections, type Environment } from "../environment";
import { quote } from "../reading/problem";
import { rule, type Finding, type Rule, type SectionName } from "./rule";

/** Keys of lists in which an entry may stand twice: a program's arguments, and what a chart makes of its values. */
const freeLists = ["args", "values", "baseValues"];

function repeated(value: unknown, path: Finding["path"]): Finding[] {
  if (typeof value !== "object" || value === null) return [];
  const isList = Array.isArray(value);
  const entries: unknown[] = Object.values(value);
  // Ids in Entra ID are the same in upper case.
  const texts = entries.map((entry) => (typeof entry === "string" ? entry.toLowerCase() : entry));
  return Object.entries(value).flatMap(([key, entry]: [string, unknown], index) => {
    if (freeLists.includes(key)) return [];
    const here = [...path, isList ? index : key];
    if (typeof entry === "object") return repeated(entry, here);
    if (!isList || texts.indexOf(texts[index]) === index) return [];
    return [
      {
        path: here,
        found: quote(entry),
        accepted: "each entry of the list stands once",
        advice: "remove it",
      },
    ];
  });
}

/** Lists without repetitions: an entry that stands twice would be made twice. */
export const listEntriesAreDistinct: readonly Rule[] = (Object.keys(sections) as SectionName[]).map(
  (section) => rule([section], (input: Partial<Environment>) => repeated(input[section], [section])),
);
