import { z } from "zod";
import { environmentFile } from "../environment";
import { meshFile } from "../meshes/mesh-file";

/** The part of JSON Schema (draft 2020-12) that the environment's schema uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  /** What the pattern means, in words; VS Code shows it. */
  readonly patternErrorMessage?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
}

/** The words that a schema's own checks bring for what they accept. */
function acceptedInWords(schema: z.core.$ZodType): string | undefined {
  const { checks = [], error } = schema._zod.def;
  const messages = [error, ...checks.map((check) => check._zod.def.error)] as (
    ((issue: object) => unknown) | undefined
  )[];
  return messages
    .map((message) => message?.({ code: "custom", input: undefined, path: [] }))
    .find((message): message is string => typeof message === "string");
}

let schema: JsonSchema | undefined;
let meshSchema: JsonSchema | undefined;

/**
 * JSON Schema of an environment file as a person writes it: what has a default may be left out.
 *
 * Made once, and only when asked for: it costs more than reading a file that is right.
 */
export function environmentJsonSchema(): JsonSchema {
  schema ??= jsonSchemaOf(environmentFile);
  return schema;
}

/** JSON Schema of a mesh file as a person writes it. */
export function meshJsonSchema(): JsonSchema {
  meshSchema ??= jsonSchemaOf(meshFile);
  return meshSchema;
}

function jsonSchemaOf(file: z.ZodType): JsonSchema {
  return z.toJSONSchema(file, {
    io: "input",
    override: ({ zodSchema, jsonSchema }) => {
      const words = jsonSchema.type === "string" ? acceptedInWords(zodSchema) : undefined;
      if (words !== undefined) jsonSchema["patternErrorMessage"] = words;
    },
  }) as JsonSchema;
}

/** Where editors find the schema, relative to the project's root. */
export const schemaFileName = "environments/environment.schema.json";

/** Text of that file. */
export function schemaText(): string {
  return `${JSON.stringify(environmentJsonSchema(), null, 2)}\n`;
}

/** Where editors find the schema of mesh files, relative to the project's root. */
export const meshSchemaFileName = "meshes/mesh.schema.json";

/** Text of that file. */
export function meshSchemaText(): string {
  return `${JSON.stringify(meshJsonSchema(), null, 2)}\n`;
}
