import { quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";
import type { RawValues } from "../../config/values/raw-values";

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

/** A format of one's own fits the encoding: istiod logs a format that does not, and takes its default. */
export const accessLogFormatFits = rule(["mesh"], ({ mesh }): Finding[] => {
  const format = formatIn(mesh.istiod.values);
  if (format === undefined || format === "") return [];
  const words = {
    path: ["mesh", "istiod", "values", "meshConfig", "accessLogFormat"],
    found: quote(format),
  };
  if (typeof format !== "string") {
    return [
      { ...words, accepted: "a text, also where it holds JSON", advice: "write it in quotes, as JSON" },
    ];
  }
  switch (mesh.accessLogs) {
    case "off":
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
      return isJsonObject(format)
        ? []
        : [
            {
              ...words,
              accepted:
                'with mesh.accessLogs: json a format is a JSON object such as {"path": "%REQ(:PATH)%"}',
              advice: "set mesh.accessLogs to text, or write the format as JSON",
            },
          ];
  }
});
