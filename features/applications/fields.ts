/** What stands at a path of an object, whatever it is; undefined where the path ends before. */
export function fieldOf(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (each, step) =>
      typeof each === "object" && each !== null && Object.hasOwn(each, step)
        ? (each as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
}

/** A list at a path; empty where there is none. */
export function listOf(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = fieldOf(value, ...path);
  return Array.isArray(found) ? (found as unknown[]) : [];
}

/** A text at a path; undefined where there is none. */
export function textOf(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = fieldOf(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** The texts of a mapping at a path, such as labels. */
export function textsOf(
  value: unknown,
  ...path: readonly (string | number)[]
): Readonly<Record<string, string>> {
  const found = fieldOf(value, ...path);
  if (typeof found !== "object" || found === null) return {};
  return Object.fromEntries(
    Object.entries(found).flatMap(([key, each]) => (typeof each === "string" ? [[key, each]] : [])),
  );
}
