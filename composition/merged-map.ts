type Tree = { [key: string]: unknown };

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A map that several features fill, and that knows who filled what. */
export class MergedMap {
  private readonly tree: Tree = {};
  private readonly owners = new Map<string, string>();

  /** @param subject what the map is, for errors: `MeshConfig` */
  public constructor(private readonly subject: string) {}

  public get value(): Tree {
    return this.tree;
  }

  /**
   * Adds what a feature wants: maps key by key, lists and scalars whole.
   *
   * @throws Error naming both features, when another one wants something else at the same key.
   */
  public add(feature: string, wanted: object): void {
    this.fill(this.tree, wanted, feature, "");
  }

  private fill(into: Tree, wanted: object, feature: string, before: string): void {
    for (const [key, value] of Object.entries(wanted)) {
      if (value === undefined) continue;
      const path = before === "" ? key : `${before}.${key}`;
      const current = Object.hasOwn(into, key) ? into[key] : undefined;
      if (isTree(value) && (current === undefined || isTree(current))) {
        const inner: Tree = current ?? {};
        into[key] = inner;
        this.fill(inner, value, feature, path);
        continue;
      }
      if (current !== undefined && JSON.stringify(current) !== JSON.stringify(value)) {
        const owner = this.owners.get(path) ?? this.ownerBelow(path);
        throw new Error(
          `Features ${owner} and ${feature} disagree on ${path} in ${this.subject}: ${JSON.stringify(current)} and ${JSON.stringify(value)}; only one of them may set it`,
        );
      }
      into[key] = value;
      this.owners.set(path, feature);
    }
  }

  private ownerBelow(path: string): string {
    const [, owner = "another"] = [...this.owners].find(([key]) => key.startsWith(`${path}.`)) ?? [];
    return owner;
  }
}
