import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import chartValueKeys from "../../composition/components/chart-value-keys.json";
import { chartFolder, type ChartName, missing } from "../support/charts/pinned-charts";

type Keys = keyof typeof chartValueKeys.charts;
const folders: Readonly<Record<Keys, ChartName>> = {
  base: "base",
  cni: "cni",
  ztunnel: "ztunnel",
  istiod: "istiod",
  gateway: "gateway",
  certManager: "cert-manager",
};

type Values = Readonly<Record<string, object | null>>;

/** The chart's own defaults. */
function defaults(chart: ChartName): Values {
  const values = parse(readFileSync(join(chartFolder(chart), "values.yaml"), "utf8")) as Values;
  return (values["_internal_defaults_do_not_set"] as Values | undefined) ?? values;
}

/** Everything that the chart's files say. */
function text(chart: ChartName): string {
  const folder = chartFolder(chart);
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path));
  return paths
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}

function unmentioned(chart: ChartName, keys: readonly string[]): string[] {
  const said = text(chart);
  return keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(said));
}

/** Keys that every chart of Istio reads through its profiles, whether or not its files name them. */
const ofEveryIstioChart = ["compatibilityVersion", "platform", "profile"];

describe.each(Object.entries(folders) as [Keys, ChartName][])("raw values for %s", (name, chart) => {
  const { top, global } = chartValueKeys.charts[name];

  test("may be every key that the chart has a default for", ({ skip }) => {
    if (missing !== undefined) skip(missing);
    const values = defaults(chart);
    expect(Object.keys(values).filter((key) => !(top as string[]).includes(key))).toEqual([]);
    const ofGlobal = Object.keys(values["global"] ?? {});
    expect(ofGlobal.filter((key) => !(global as string[]).includes(key))).toEqual([]);
  });

  test("may be no key that the chart does not know", ({ skip }) => {
    if (missing !== undefined) skip(missing);
    const specific = [...top, ...global].filter((key) => !ofEveryIstioChart.includes(key));
    expect(unmentioned(chart, specific)).toEqual([]);
    expect(unmentioned(chart, ["autoscaleMinimum"])).toEqual(["autoscaleMinimum"]);
  });
});
