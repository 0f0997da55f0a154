import type { Environment } from "../../config/environment";
import { oneOf, quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";
import type { RawValues } from "../../config/values/raw-values";
import { gatewayIdentity } from "../gateways/gateway-identity";
import { detailsOf } from "./keys";

function formatIn(values: RawValues): unknown {
  const { meshConfig } = values;
  return typeof meshConfig === "object" && meshConfig !== null && !Array.isArray(meshConfig)
    ? meshConfig["accessLogFormat"]
    : undefined;
}

function isJsonObject(format: string): boolean {
  try {
    const value: unknown = JSON.parse(format);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const ofValues = ["mesh", "istiod", "values", "meshConfig", "accessLogFormat"];
const ofLogs = ["mesh", "accessLogs"];

/** A format of one's own fits the encoding: istiod logs a format that does not, and takes its default. */
export const accessLogFormatFits = rule(["mesh"], ({ mesh }): Finding[] => {
  const logs = detailsOf(mesh.accessLogs);
  const raw = formatIn(mesh.istiod.values);
  const findings: Finding[] = [];
  if (logs?.format !== undefined && raw !== undefined) {
    findings.push({
      path: ofValues,
      found: quote(raw),
      accepted: "mesh.accessLogs.format is the format already",
      advice: "remove one of the two",
    });
  }
  if (logs?.format !== undefined && logs.encoding === "json" && !isJsonObject(logs.format)) {
    findings.push(noJsonObject([...ofLogs, "format"], logs.format));
  }
  if (raw === undefined || raw === "") return findings;
  return [...findings, ...findingsOfRaw(raw, logs?.encoding)];
});

function noJsonObject(path: Finding["path"], format: string): Finding {
  return {
    path,
    found: quote(format),
    accepted: 'with mesh.accessLogs: json a format is a JSON object such as {"path": "%REQ(:PATH)%"}',
    advice: "set mesh.accessLogs to text, or write the format as JSON",
  };
}

function findingsOfRaw(format: unknown, encoding: "text" | "json" | undefined): Finding[] {
  const words = { path: ofValues, found: quote(format) };
  if (typeof format !== "string") {
    return [
      { ...words, accepted: "a text, also where it holds JSON", advice: "write it in quotes, as JSON" },
    ];
  }
  switch (encoding) {
    case undefined:
      return [
        {
          ...words,
          accepted: "with mesh.accessLogs: off nothing is logged in any format",
          advice: "set mesh.accessLogs to text or json, or remove the format",
        },
      ];
    case "text":
      return [];
    case "json":
      return isJsonObject(format) ? [] : [noJsonObject(ofValues, format)];
  }
}

type Sections = Pick<Environment, "mesh" | "gateways" | "applications">;

/** Namespaces whose proxies the file brings. */
function namespacesOf({ mesh, gateways, applications }: Sections): readonly string[] {
  return [
    ...new Set([
      ...mesh.namespaces.map(({ name }) => name),
      ...applications.map(({ namespace }) => namespace),
      ...gateways.map((gateway) => gatewayIdentity(gateway).namespace),
    ]),
  ];
}

/** Namespaces that log differently are the file's own and stand once; the mesh of somebody else is left alone. */
export const accessLogsHold = rule(["mesh", "gateways", "applications"], (input): Finding[] => {
  const { mesh } = input;
  if (typeof mesh.accessLogs === "string") return [];
  if (mesh.management !== "install") {
    return [
      {
        path: ofLogs,
        found: quote(mesh.accessLogs),
        accepted: `it is the whole mesh's, and mesh.management ${mesh.management} leaves that to its owner`,
        advice: "remove it, or set mesh.management to install",
      },
    ];
  }
  const { namespaces, everywhere, filter } = mesh.accessLogs;
  const known = namespacesOf(input);
  const findings = namespaces.flatMap(({ name, logged, filter: own }, index): Finding[] => {
    const at = (key: string) => [...ofLogs, "namespaces", index, key];
    const found: Finding[] = [];
    if (!known.includes(name)) {
      found.push({
        path: at("name"),
        found: quote(name),
        accepted:
          known.length === 0 ? "the file has no namespaces" : `namespaces of the file are ${oneOf(known)}`,
        advice: "name one of them, or add it to mesh.namespaces",
      });
    }
    if (namespaces.findIndex((each) => each.name === name) < index) {
      found.push({
        path: at("name"),
        found: quote(name),
        accepted: "each namespace stands once",
        advice: "remove one of the two",
      });
    }
    if (!logged && own !== undefined) {
      found.push({
        path: at("filter"),
        found: quote(own),
        accepted: "with logged: false nothing is logged",
        advice: "remove one of the two",
      });
    }
    return found;
  });
  if (everywhere) return findings;
  if (filter !== undefined) {
    findings.push({
      path: [...ofLogs, "filter"],
      found: quote(filter),
      accepted: "with everywhere: false only namespaces log, each by a filter of its own",
      advice: "move it to the namespaces, or remove everywhere",
    });
  }
  if (!namespaces.some(({ logged }) => logged)) {
    findings.push({
      path: [...ofLogs, "everywhere"],
      found: "false, and no namespace that logs",
      accepted: "somebody logs, or mesh.accessLogs is off",
      advice: "list namespaces, or set mesh.accessLogs to off",
    });
  }
  return findings;
});
