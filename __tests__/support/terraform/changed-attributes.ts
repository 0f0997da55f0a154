/** What the tests read of `terraform show -json`. */
interface PlanJson {
  readonly resource_changes: readonly {
    readonly type: string;
    readonly change: {
      readonly actions: readonly string[];
      readonly before: Record<string, unknown> | null;
      readonly after: Record<string, unknown> | null;
    };
  }[];
}

/** What a plan would change, as `<action> <type>.<attribute>`. */
export function changedAttributes(planJson: string): readonly string[] {
  const plan = JSON.parse(planJson) as PlanJson;
  const changes = plan.resource_changes.filter(({ change }) => !change.actions.includes("no-op"));
  return changes.flatMap(({ type, change: { actions, before, after } }) => {
    const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
    const differing = [...keys].filter(
      (key) => JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]),
    );
    return differing.map((key) => `${actions.join(" and ")} ${type}.${key}`);
  });
}
