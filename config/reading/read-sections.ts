import { isMap, isNode, isScalar, type Node } from "yaml";
import type { z } from "zod";
import type { Finding } from "../rules/rule";
import type { JsonSchema } from "../schema/json-schema";
import type { Problem } from "./problem";
import { onlySchemaMessages, schemaFindings, unknownKeys, type SchemaContext } from "./schema-findings";
import { locate } from "./yaml-location";
import { readYaml, type YamlText } from "./yaml-text";

/** What kind of file a text is. */
export interface FileKind {
  /** Schemas of its top-level keys. */
  readonly sections: Readonly<Record<string, z.ZodType>>;
  readonly schema: () => JsonSchema;
  /** As in messages: `an environment file`. */
  readonly kind: string;
  /** Adds what a key of the file stands for. @default nothing */
  readonly complete?: (written: Record<string, unknown>) => Record<string, unknown>;
}

/** A file's sections that hold by themselves, and what is wrong with the others. */
export interface ReadSections {
  readonly yaml: YamlText;
  /** Of the YAML itself. */
  readonly problems: Problem[];
  readonly parsed: Record<string, unknown>;
  readonly findings: Finding[];
}

/** Reads a file section by section, so that one mistake hides no other. */
export function readSections(source: string, text: string, file: FileKind): ReadSections {
  const { sections, schema, kind, complete = (written) => written } = file;
  const yaml = readYaml(text);
  const problems = yaml.problems.map(({ offset, ...words }): Problem => ({
    severity: "error",
    source,
    position: yaml.positionOf(offset),
    path: "",
    ...words,
  }));
  const contents = yaml.document?.contents as Node | undefined;
  const parsed: Record<string, unknown> = {};
  if (contents === undefined) return { yaml, problems, parsed, findings: [] };

  const written = readableData(yaml);
  const data = complete(written);
  const context: SchemaContext = {
    data,
    schema,
    file: kind,
    writtenAt: (path) => {
      const { node } = locate(contents, path);
      if (!isScalar(node)) return { value: node?.toJSON() as unknown };
      return typeof node.source === "string"
        ? { value: node.value, source: node.source }
        : { value: node.value };
    },
  };
  const strangers = Object.keys(written).filter((key) => !Object.hasOwn(sections, key));
  const findings: Finding[] = unknownKeys(context, [], strangers);
  for (const [name, section] of Object.entries(sections)) {
    if (yaml.unreadable.has(name)) continue;
    const result = section.safeParse(data[name], { error: onlySchemaMessages });
    if (result.success) parsed[name] = result.data;
    else findings.push(...schemaFindings(context, name, result.error.issues));
  }
  return { yaml, problems, parsed, findings };
}

/** The mapping's values, but for those that an alias hides: resolving one could fail, or never end. */
function readableData({ document, unreadable }: YamlText): Record<string, unknown> {
  if (document === undefined || !isMap(document.contents)) return {};
  return Object.fromEntries(
    document.contents.items.flatMap(({ key, value }) => {
      if (!isScalar(key) || unreadable.has(String(key.value))) return [];
      return [[String(key.value), isNode(value) ? (value.toJS(document) as unknown) : null]];
    }),
  );
}
