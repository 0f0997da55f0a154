import { environmentJsonSchema, type JsonSchema } from "./json-schema";
import { describeAccepted } from "../reading/schema-lookup";

/** Where the reference is kept, relative to the project's root. */
export const referenceFileName = "docs/configuration.md";

/** One key in the reference. */
interface Row {
  readonly key: string;
  readonly type: string;
  /** Default as YAML in one line, `required`, or "". */
  readonly fallback: string;
  readonly description: string;
}

/** The keys of a section, or of one kind of a part of it. */
interface Table {
  readonly title: string;
  readonly description: string;
  readonly rows: readonly Row[];
}

const kindOf = ({ properties }: JsonSchema): string | undefined => {
  const kind = properties?.["kind"]?.const;
  return kind === undefined ? undefined : String(kind);
};

function shapesByKind(schema: JsonSchema): readonly JsonSchema[] {
  const shapes = schema.oneOf ?? schema.anyOf ?? [];
  return shapes.every((shape) => kindOf(shape) !== undefined) ? shapes : [];
}

function typeOf(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return "any YAML";
  if (schema.items !== undefined) return `list: ${itemType(schema.items)}`;
  if (typeof schema.additionalProperties === "object") return "mapping";
  return schema.properties === undefined ? describeAccepted([schema]) : "mapping";
}

function itemType(item: JsonSchema): string {
  return item.properties !== undefined || shapesByKind(item).length > 0
    ? "mappings"
    : describeAccepted([item]);
}

/** JSON of scalars, lists and short mappings is YAML, too. */
function fallbackOf(schema: JsonSchema, required: boolean): string {
  if (required) return "required";
  // The defaults of a mapping stand with its keys.
  if (schema.default === undefined || schema.properties !== undefined) return "";
  return `\`${JSON.stringify(schema.default)}\``;
}

/** Rows of a mapping's keys, and the tables of the unions below it. */
function describeKeys(schema: JsonSchema, path: string): { rows: Row[]; tables: Table[] } {
  const rows: Row[] = [];
  const tables: Table[] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (name === "kind" && property.const !== undefined) continue;
    const key = path === "" ? name : `${path}.${name}`;
    const required = schema.required?.includes(name) === true;
    rows.push({
      key,
      type: typeOf(property),
      fallback: fallbackOf(property, required),
      description: property.description ?? "",
    });
    const item = property.items;
    const below = describeValue(item ?? property, item === undefined ? key : `${key}[]`);
    rows.push(...below.rows);
    tables.push(...below.tables);
  }
  return { rows, tables };
}

function describeValue(schema: JsonSchema, path: string): { rows: Row[]; tables: Table[] } {
  const shapes = shapesByKind(schema);
  if (shapes.length === 0) {
    // A word in short, or a mapping: the keys are the mapping's.
    const [mapping, ...others] = (schema.anyOf ?? []).filter(({ properties }) => properties !== undefined);
    return describeKeys(others.length === 0 ? (mapping ?? schema) : schema, path);
  }
  const tables = shapes.flatMap((shape) => {
    const { rows, tables } = describeKeys(shape, path);
    const table = { title: `${path}, kind: ${kindOf(shape)}`, description: shape.description ?? "", rows };
    return [table, ...tables];
  });
  return { rows: [], tables };
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

function renderTable({ title, description, rows }: Table, level: "##" | "###"): string {
  const head = `${level} ${title}\n\n${cell(description)}\n`;
  if (rows.length === 0) return head;
  const lines = rows.map(
    ({ key, type, fallback, description }) =>
      `| \`${key}\` | ${cell(type)} | ${fallback} | ${cell(description)} |`,
  );
  return [head, "| key | value | default | meaning |", "|---|---|---|---|", ...lines, ""].join("\n");
}

/** Text of docs/configuration.md: every key of an environment file, its default and its meaning. */
export function referenceText(): string {
  const sections = Object.entries(environmentJsonSchema().properties ?? {}).map(([name, section]) => {
    const item = section.items;
    const { rows, tables } = describeValue(item ?? section, item === undefined ? name : `${name}[]`);
    const main: Table = { title: name, description: section.description ?? "", rows };
    return [renderTable(main, "##"), ...tables.map((table) => renderTable(table, "###"))].join("\n");
  });
  const intro = `# Environment files

<!-- Written by npm run schema from config/; change it there. -->

An environment is one file, \`environments/<name>.yaml\`. A mapping with several kinds has the key \`kind\`, and each kind
has its own keys, listed under its own heading. \`x[].y\` is key \`y\` of each entry of list \`x\`.

Beside the schema, rules over several keys are checked at synthesis; they live in \`config/rules/\`, and the matrix of
versions in \`config/compatibility/compatibility.json\`. Keys named \`values\` and \`baseValues\` take raw chart values, except those in
\`config/values/guarded-values.ts\`.
`;
  return `${[intro, ...sections].join("\n").trimEnd()}\n`;
}
