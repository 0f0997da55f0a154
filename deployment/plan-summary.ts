import { z } from "zod";

/** A change that a plan wants, as far as a person needs it to decide. */
export interface PlannedChange {
  readonly address: string;
  readonly action: "create" | "update" | "replace" | "delete" | "forget" | "move" | "import";
}

/** What came out of planning one stack. */
export interface PlannedStack {
  readonly name: string;
  /** Whether nothing of it exists. */
  readonly isNew: boolean;
  /** Why it could not be planned. */
  readonly notPlanned?: string;
  readonly changes: readonly PlannedChange[];
  /** Names of the outputs that change. */
  readonly outputs: readonly string[];
}

/** @see https://developer.hashicorp.com/terraform/internals/json-format#plan-representation */
const plan = z.object({
  prior_state: z.object({ values: z.unknown().optional() }).optional(),
  resource_changes: z
    .array(
      z.object({
        address: z.string(),
        mode: z.string(),
        previous_address: z.string().optional(),
        change: z.object({ actions: z.array(z.string()), importing: z.unknown().optional() }),
      }),
    )
    .default([]),
  output_changes: z.record(z.string(), z.object({ actions: z.array(z.string()) })).default({}),
});

type ResourceChange = z.infer<typeof plan>["resource_changes"][number];

/** Reads `terraform show -json` of a plan. */
export function summaryOf(name: string, json: unknown): PlannedStack {
  const { prior_state: prior, resource_changes: resources, output_changes: outputs } = plan.parse(json);
  const changes = resources.flatMap((resource): PlannedChange[] => {
    const action = actionOf(resource);
    return action === undefined ? [] : [{ address: resource.address, action }];
  });
  const changing = Object.entries(outputs).filter(([, { actions }]) => writingAction(actions) !== undefined);
  const managed = resources.filter(({ mode }) => mode === "managed");
  const isNew = prior?.values === undefined && managed.every(({ change }) => change.actions[0] === "create");
  return { name, isNew, changes, outputs: changing.map(([output]) => output) };
}

function actionOf({ mode, address, previous_address: before, change }: ResourceChange) {
  if (mode !== "managed") return undefined;
  const writes = writingAction(change.actions);
  if (writes !== undefined) return writes;
  if (change.importing !== undefined && change.importing !== null) return "import";
  return before !== undefined && before !== address ? "move" : undefined;
}

function writingAction(actions: readonly string[]): PlannedChange["action"] | undefined {
  if (actions.length === 2) return "replace";
  return (["create", "update", "delete", "forget"] as const).find((action) => action === actions[0]);
}

/** Whether a plan shows that what is deployed is what the file says. */
export function isUnchanged({ notPlanned, changes, outputs }: PlannedStack): boolean {
  return notPlanned === undefined && changes.length === 0 && outputs.length === 0;
}

const words: Readonly<Record<PlannedChange["action"], string>> = {
  delete: "to destroy",
  replace: "to replace",
  create: "to create",
  update: "to change",
  forget: "to forget",
  move: "to move",
  import: "to import",
};

/** A comment reads badly past this; the log has them all. */
const mostChanges = 50;

/** Markdown of the plans: a line a stack, and what is lost first. */
export function summaryText(stacks: readonly PlannedStack[]): string {
  return stacks.map(stackText).join("\n");
}

function stackText(stack: PlannedStack): string {
  const { name, notPlanned, changes, outputs } = stack;
  if (notPlanned !== undefined) return `**${name}**: not planned, for ${notPlanned}.\n`;
  if (isUnchanged(stack)) return `**${name}**: no changes.\n`;
  const actions = Object.keys(words) as PlannedChange["action"][];
  const ordered = actions.flatMap((action) => changes.filter((change) => change.action === action));
  const counts = actions.flatMap((action) => {
    const count = changes.filter((change) => change.action === action).length;
    return count === 0 ? [] : [`${count.toString()} ${words[action]}`];
  });
  const changed = outputs.length === 0 ? [] : [`outputs: ${outputs.length.toString()}`];
  const lines = ordered.slice(0, mostChanges).map(({ address, action }) => `- ${action} \`${address}\``);
  const rest = ordered.length - lines.length;
  const more = rest > 0 ? [`- and ${rest.toString()} more`] : [];
  const paragraphs = [`**${name}**: ${[...counts, ...changed].join(", ")}.`, [...lines, ...more].join("\n")];
  return `${paragraphs.join("\n\n").trim()}\n`;
}
