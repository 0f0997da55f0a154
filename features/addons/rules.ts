import { quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";
import { installedAddons } from "./addon-services";

/** Add-ons find each other, keep apart on one's own machine, and have names that no application has. */
export const addonsHold = rule(["observability", "mesh", "applications"], (input): Finding[] => {
  const { observability, mesh, applications } = input;
  const { addons, metrics } = observability;
  const names = installedAddons(addons);
  const path = ["observability", "addons"];
  const findings: Finding[] = [];
  if (names.length > 0 && mesh.management !== "install") {
    findings.push({
      path,
      found: names.join(" and "),
      accepted: `they read all of the mesh, and mesh.management ${mesh.management} leaves that to its owner`,
      advice: "remove them, or set mesh.management to install",
    });
  }
  for (const [index, name] of names.entries()) {
    const port = addons[name]?.localPort;
    const other = names.slice(0, index).find((each) => addons[each]?.localPort === port);
    if (other !== undefined) {
      findings.push({
        path: [...path, name, "localPort"],
        found: String(port),
        accepted: `a port of its own: ${other} has this one, and your machine forwards a port to one of them`,
        advice: "set another one",
      });
    }
  }
  for (const name of names.filter((each) => each === "grafana" || each === "kiali")) {
    if (addons.prometheus !== undefined) continue;
    findings.push({
      path: [...path, name],
      found: `${name} without prometheus`,
      accepted: `${name} shows what observability.addons.prometheus has`,
      advice: "add prometheus: {}, or remove it",
    });
  }
  if (addons.prometheus !== undefined && metrics.scrape.kind !== "annotations") {
    findings.push({
      path: ["observability", "metrics", "scrape", "kind"],
      found: quote(metrics.scrape.kind),
      accepted: "the add-on finds what it scrapes by annotations; monitors are for the Prometheus Operator",
      advice: "set it to annotations, or remove observability.addons.prometheus",
    });
  }
  for (const [index, { name }] of applications.entries()) {
    if (!names.some((each) => each === name)) continue;
    findings.push({
      path: ["applications", index, "name"],
      found: quote(name),
      accepted: "a name that no add-on has",
      advice: "choose another name",
    });
  }
  return findings;
});
