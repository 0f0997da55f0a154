import { expect, it } from "vitest";
import { keepTrafficStatistics } from "../../../rehearsal/kubelet/envoy-statistics";

const template = (rest: string) => `{ "stats_config": { "stats_matcher": {
      "inclusion_list": {
        "patterns": [
          ${rest}
        ] } } } }`;

it("keeps Envoy's counters of traffic beside what Istio keeps", () => {
  const kept = JSON.parse(keepTrafficStatistics(template('{ "prefix": "istio" }'))) as {
    stats_config: { stats_matcher: { inclusion_list: { patterns: readonly { prefix: string }[] } } };
  };
  const prefixes = kept.stats_config.stats_matcher.inclusion_list.patterns.map(({ prefix }) => prefix);
  expect(prefixes).toContain("http.inbound_");
  expect(prefixes).toContain("listener.0.0.0.0_15006.");
  expect(prefixes.at(-1)).toBe("istio");
});

it("is refused in a form that is not known", () => {
  expect(() => keepTrafficStatistics("{}")).toThrow("stats_matcher");
});
