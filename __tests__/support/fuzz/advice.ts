import { parse as readYaml, stringify } from "yaml";
import type { Problem } from "../../../config/reading/problem";

type Step = string | number;
type Container = Record<PropertyKey, unknown>;

/** `gateways[0].values["a b"]` in steps; undefined where a key is shortened in it. */
function stepsOf(path: string): Step[] | undefined {
  const steps: Step[] = [];
  const rest = path.replaceAll(
    /\.?([A-Za-z_][\w-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g,
    (_, name, index, key) => {
      if (index !== undefined) steps.push(Number(index));
      else steps.push(key === undefined ? String(name) : (JSON.parse(String(key)) as string));
      return "";
    },
  );
  return rest === "" ? steps : undefined;
}

function valueOf(words: string): unknown {
  return readYaml(words) as unknown;
}

function at(data: unknown, steps: readonly Step[]): unknown {
  return steps.reduce<unknown>(
    (inner, step) => (typeof inner === "object" && inner !== null ? (inner as Container)[step] : undefined),
    data,
  );
}

/** Does to the data what the advice says; undefined where it is no such advice, or cannot be done. */
function follow(data: object, { path, found, advice }: Problem): object | undefined {
  const steps = stepsOf(path);
  const last = steps?.at(-1);
  if (steps === undefined || last === undefined) return undefined;
  const changed = structuredClone(data);
  const parent = at(changed, steps.slice(0, -1));
  if (typeof parent !== "object" || parent === null) return undefined;
  const container = parent as Container;
  const set = (value: unknown) => {
    container[last] = value;
    return changed;
  };
  if (advice === "remove it") {
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else Reflect.deleteProperty(container, last);
    return changed;
  }
  const [, meant] = /^did you mean (.+)\?$/.exec(advice) ?? [];
  if (meant !== undefined) {
    const isKey = typeof last === "string" && found.endsWith(JSON.stringify(last));
    if (!isKey || container[last] === last) return set(meant);
    // The key that is meant may be there, too: then it is for the person to choose.
    if (Object.hasOwn(container, meant)) return undefined;
    const value = container[last];
    Reflect.deleteProperty(container, last);
    container[meant] = value;
    return changed;
  }
  const [, quoted] = /^put it in quotes: "(.*)"$/.exec(advice) ?? [];
  if (quoted !== undefined) return set(quoted);
  const [, number] = /^remove the quotes: (\d+)$/.exec(advice) ?? [];
  if (number !== undefined) return set(Number(number));
  const [, key, value] = /^set (\w+) to ([^\s,;:]+)$/.exec(advice) ?? [];
  if (value !== undefined && (key === "it" || key === last)) return set(valueOf(value));
  const [, written] = /^write (\w+|[\d./]+)$/.exec(advice) ?? [];
  if (written !== undefined && written !== "a") return set(valueOf(written));
  return undefined;
}

/** The file as the advice of one of its problems would have it, where that can be done by a program. */
export function afterAdvice(text: string, problem: Problem): string | undefined {
  let data: unknown;
  try {
    data = readYaml(text, { logLevel: "silent" });
  } catch {
    return undefined;
  }
  if (typeof data !== "object" || data === null) return undefined;
  const changed = follow(data, problem);
  return changed && stringify(changed, { aliasDuplicateObjects: false });
}
