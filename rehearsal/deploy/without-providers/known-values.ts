import type { Condition, DataBlock, Stack } from "../../stack/block";
import { isLiteral, parseTemplate } from "../../stack/template";
import type { Evaluator, OutputValues } from "../../terraform/evaluate";

/** A condition of the stack that does not hold. */
export class ConditionError extends Error {}

/** What has been read so far, and the values that follow from it. */
export class KnownValues {
  private readonly read = new Map<string, unknown>();

  public constructor(
    private readonly stack: Stack,
    private readonly evaluator: Evaluator,
  ) {}

  public remember(address: string, value: unknown): void {
    this.read.set(address, value);
  }

  /** Texts of templates; Terraform is asked only where there is something to compute. */
  public async texts(templates: readonly string[]): Promise<readonly string[]> {
    if (templates.every(isLiteral)) return templates.map(literal);
    const named = Object.fromEntries(
      templates.map((value, index) => [`text-${index.toString()}`, { value }]),
    );
    const values = await this.evaluate(named);
    return templates.map((_, index) => String(values[`text-${index.toString()}`]?.value));
  }

  /** A data source with its selectors computed: they may follow from what was read before. */
  public async withSelectors(block: DataBlock): Promise<DataBlock> {
    const { label_selector: selector } = block.arguments as { readonly label_selector?: unknown };
    if (typeof selector !== "string") return block;
    const [computed] = await this.texts([selector]);
    return { ...block, arguments: { ...block.arguments, label_selector: computed } };
  }

  /**
   * Checks conditions, with `self` for the block at `address`.
   *
   * @throws ConditionError with the messages of those that do not hold
   */
  public async check(address: string, conditions: readonly Condition[]): Promise<void> {
    if (conditions.length === 0) return;
    const named = conditions.flatMap(({ condition, errorMessage }, index) => [
      [`condition-${index.toString()}`, { value: condition }] as const,
      [`message-${index.toString()}`, { value: errorMessage }] as const,
    ]);
    const values = await this.evaluate(Object.fromEntries(named), address);
    const broken = conditions.flatMap((_, index) =>
      values[`condition-${index.toString()}`]?.value === true
        ? []
        : [String(values[`message-${index.toString()}`]?.value)],
    );
    if (broken.length > 0) throw new ConditionError(broken.join("\n"));
  }

  /** The stack's outputs. */
  public outputs(): Promise<OutputValues> {
    return this.evaluate(this.stack.outputs);
  }

  private evaluate(
    templates: Readonly<Record<string, { readonly value: unknown; readonly sensitive?: boolean }>>,
    self?: string,
  ): Promise<OutputValues> {
    const { locals } = this.stack;
    return this.evaluator.evaluate({
      locals,
      read: this.read,
      templates,
      ...(self === undefined ? {} : { self }),
    });
  }
}

function literal(template: string): string {
  return parseTemplate(template)
    .map(({ text }) => text)
    .join("");
}
