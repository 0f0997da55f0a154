import { quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";

/** What is scraped and tagged makes sense by itself, and in the mesh of somebody else nothing is changed. */
export const metricsHold = rule(["observability", "mesh"], ({ observability, mesh }): Finding[] => {
  const { scrape, tags } = observability.metrics;
  const path = ["observability", "metrics"];
  const findings: Finding[] = [];
  if (mesh.management !== "install") {
    const changed = [
      ...(scrape.kind === "annotations" ? [] : [["scrape", "kind"]]),
      ...(tags.length === 0 ? [] : [["tags"]]),
    ];
    return changed.map((keys) => ({
      path: [...path, ...keys],
      found: keys.includes("tags") ? `a list of ${tags.length}` : quote(scrape.kind),
      accepted: `it is the whole mesh's, and mesh.management ${mesh.management} leaves that to its owner`,
      advice: `remove ${keys[0]}, or set mesh.management to install`,
    }));
  }
  if (scrape.kind === "monitors" && scrape.timeoutSeconds > scrape.intervalSeconds) {
    findings.push({
      path: [...path, "scrape", "timeoutSeconds"],
      found: quote(scrape.timeoutSeconds),
      accepted: `at most intervalSeconds (${scrape.intervalSeconds}): Prometheus refuses the whole configuration otherwise`,
      advice: `set it to ${scrape.intervalSeconds} or less`,
    });
  }
  for (const [index, { set, remove }] of tags.entries()) {
    const at = [...path, "tags", index];
    if (Object.keys(set).length + remove.length === 0) {
      findings.push({
        path: at,
        found: "neither set nor remove",
        accepted: "a change sets or removes a tag",
        advice: "add one, or remove the entry",
      });
    }
    for (const [place, tag] of remove.entries()) {
      if (!Object.hasOwn(set, tag)) continue;
      findings.push({
        path: [...at, "remove", place],
        found: quote(tag),
        accepted: "a tag is set or removed",
        advice: "remove it from one of the two",
      });
    }
  }
  return findings;
});
