/** Chart values: maps, lists and scalars. */
type Value = unknown;

function isMap(value: Value): value is Record<string, Value> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Merges `over` into `base` as Helm merges value files: maps key by key, lists and scalars whole.
 *
 * @see https://helm.sh/docs/chart_template_guide/values_files/
 */
export function mergeValues(base: object, over: Readonly<Record<string, Value>>): Record<string, Value> {
  const merged: Record<string, Value> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const current = merged[key];
    merged[key] = isMap(current) && isMap(value) ? mergeValues(current, value) : value;
  }
  return merged;
}
