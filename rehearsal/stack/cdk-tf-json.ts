import { z } from "zod";

const argumentsSchema = z.record(z.string(), z.unknown());
const namedBlocks = z.record(z.string(), z.record(z.string(), argumentsSchema)).default({});
const conditions = z
  .array(z.object({ condition: z.string(), error_message: z.string() }))
  .default([])
  .transform((list) =>
    list.map(({ condition, error_message: errorMessage }) => ({ condition, errorMessage })),
  );

/** The parts of a `cdk.tf.json` that say what a stack makes and hands out. */
export const cdkTfJson = z.object({
  data: namedBlocks,
  resource: namedBlocks,
  locals: argumentsSchema.default({}),
  output: z
    .record(z.string(), z.object({ value: z.unknown(), sensitive: z.boolean().default(false) }))
    .default({}),
});

/** Arguments that every block may have. */
export const metaArguments = z.object({
  "//": z.unknown().optional(),
  depends_on: z.array(z.string()).default([]),
  provider: z.string().optional(),
  lifecycle: z.looseObject({ precondition: conditions, postcondition: conditions }).prefault({}),
});

/** Arguments of `helm_release`; an argument that is not here would be lost, so it is refused. */
export const helmRelease = metaArguments.extend({
  name: z.string(),
  namespace: z.string().default("default"),
  chart: z.string(),
  repository: z.string().optional(),
  version: z.string(),
  values: z.array(z.string()).default([]),
  timeout: z.number().default(300),
  atomic: z.boolean().default(false),
  cleanup_on_fail: z.boolean().default(false),
  wait: z.boolean().default(true),
  wait_for_jobs: z.boolean().default(false),
  skip_crds: z.boolean().default(false),
  max_history: z.number().default(0),
});

const stringMap = z.record(z.string(), z.string()).default({});

/** Arguments of `kubernetes_namespace_v1`. */
export const namespace = metaArguments.extend({
  metadata: z.strictObject({ name: z.string(), labels: stringMap, annotations: stringMap }),
});
