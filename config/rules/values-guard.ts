import chartValueKeys from "../../composition/components/chart-value-keys.json";
import type { GuardedValues } from "../../composition/components/component";
import { components } from "../../composition/components/components";
import { allFeatures } from "../../features/all-features";
import { nearestName } from "../reading/nearest-name";
import { quote } from "../reading/problem";
import type { RawValues } from "../values/raw-values";
import { rule, type Finding } from "./rule";

/** A component of which a file may set values by hand. */
export type GuardedChart = keyof typeof chartValueKeys.charts;

type Path = Finding["path"];

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Where raw values set a guarded key: the key itself, or a parent of it that is no mapping any more,
 * because `service: null` takes `service.type` away, too.
 */
function overridingPath(values: RawValues, key: string): string[] | undefined {
  let value: unknown = values;
  const path: string[] = [];
  for (const step of key.split(".")) {
    if (!isMapping(value)) return path;
    if (!Object.hasOwn(value, step)) return undefined;
    path.push(step);
    value = value[step];
  }
  return path;
}

/** Key paths that a file may not set by hand, with what to do instead: the component's own, and those of features. */
export function guardedValuesOf(chart: GuardedChart): GuardedValues {
  return Object.assign(
    {},
    components[chart].guardedValues,
    ...allFeatures.map(({ guardedValues }) => guardedValues?.[chart] ?? {}),
  ) as GuardedValues;
}

function guardedFindings(chart: GuardedChart, path: Path, values: RawValues): Finding[] {
  const found = new Map<string, Finding>();
  for (const [key, advice] of Object.entries(guardedValuesOf(chart))) {
    const overriding = overridingPath(values, key);
    if (overriding === undefined) continue;
    const place = overriding.join(".");
    if (found.has(place)) continue;
    found.set(place, {
      path: [...path, ...overriding],
      found: `${place} among the raw values`,
      accepted:
        place === key ? "what the project sets itself stays as it is" : `${key} stays as the project sets it`,
      advice,
    });
  }
  return [...found.values()];
}

/** Istio's charts keep their defaults below this key, and fail, or worse, when it is set. */
const internalKeys = ["_internal_defaults_do_not_set", "defaults"];

/** Mappings below which a chart reads values as if they stood at the top. */
const mirrors: Partial<Record<GuardedChart, string>> = { istiod: "pilot", cni: "cni" };

function unknownFindings(chart: GuardedChart, path: Path, values: RawValues): Finding[] {
  const { top, global } = chartValueKeys.charts[chart];
  const keysBelow = (key: string | undefined) => {
    const value = key === undefined ? undefined : values[key];
    return isMapping(value) ? Object.keys(value) : [];
  };
  const mirror = mirrors[chart];
  return [
    ...unknownKeys(path, Object.keys(values), top),
    ...unknownKeys([...path, "global"], keysBelow("global"), global),
    ...(mirror === undefined ? [] : unknownKeys([...path, mirror], keysBelow(mirror), top)),
  ];
}

function unknownKeys(path: Path, keys: readonly string[], known: readonly string[]): Finding[] {
  return keys
    .filter((key) => !known.includes(key))
    .map((key) => {
      const words = { path: [...path, key], found: quote(key) };
      if (internalKeys.includes(key)) {
        const accepted = "values stand at the top, as the chart's documentation shows them";
        return { ...words, accepted, advice: `move what is below ${key} up` };
      }
      const meant = nearestName(key, known);
      const accepted = `a value that the chart knows below ${path.at(-1)}; it ignores others without a word`;
      return { ...words, accepted, advice: meant === undefined ? "remove it" : `did you mean ${meant}?` };
    });
}

const findingsOf = (chart: GuardedChart, path: Path, values: RawValues): Finding[] => [
  ...unknownFindings(chart, path, values),
  ...guardedFindings(chart, path, values),
];

/** Raw chart values: no unknown keys, and none that the outputs or other releases depend on. */
export const rawValuesKeepTheContract = rule(
  ["mesh", "gateways", "certManager"],
  ({ mesh, gateways, certManager }) => [
    ...findingsOf("base", ["mesh", "baseValues"], mesh.baseValues),
    ...findingsOf("istiod", ["mesh", "istiod", "values"], mesh.istiod.values),
    ...findingsOf("cni", ["mesh", "cni", "values"], mesh.cni.values),
    ...findingsOf("ztunnel", ["mesh", "ztunnel", "values"], mesh.ztunnel.values),
    ...findingsOf("certManager", ["certManager", "values"], certManager.values),
    ...gateways.flatMap(({ values }, index) => findingsOf("gateway", ["gateways", index, "values"], values)),
  ],
);
