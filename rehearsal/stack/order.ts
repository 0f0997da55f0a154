/** Something that comes after other things. */
export interface Ordered {
  readonly address: string;
  readonly dependsOn: readonly string[];
}

/**
 * Puts what others depend on before them; what is not ordered stays as it was given.
 *
 * Addresses that are not among the nodes are passed over.
 *
 * @throws Error naming a circle of dependencies
 */
export function inApplyOrder<T extends Ordered>(nodes: readonly T[]): readonly T[] {
  const byAddress = new Map(nodes.map((node) => [node.address, node]));
  const placed = new Set<T>();
  const place = (node: T, path: readonly string[]) => {
    if (placed.has(node)) return;
    if (path.includes(node.address)) {
      const circle = [...path.slice(path.indexOf(node.address)), node.address];
      throw new Error(`dependencies go in a circle: ${circle.join(" → ")}`);
    }
    for (const address of node.dependsOn) {
      const before = byAddress.get(address);
      if (before !== undefined) place(before, [...path, node.address]);
    }
    placed.add(node);
  };
  for (const node of nodes) place(node, []);
  return [...placed];
}

/** The same things with every dependency turned round: what depends on a thing goes before it. */
export function reversed<T extends Ordered>(nodes: readonly T[]): readonly T[] {
  return [...nodes].reverse().map((node) => ({
    ...node,
    dependsOn: nodes
      .filter(({ dependsOn }) => dependsOn.includes(node.address))
      .map(({ address }) => address),
  }));
}

/** A node whose turn came and that failed. */
export interface Failure<T> {
  readonly node: T;
  readonly error: unknown;
}

/** How a walk ended: nodes that failed, and nodes that never began, because one before them failed. */
export interface Walk<T> {
  readonly failures: readonly Failure<T>[];
  readonly notStarted: readonly T[];
}

/**
 * Runs a step for each node once all that it depends on have succeeded, independent nodes side by side.
 *
 * As Terraform does, a failure stops only what depends on it.
 *
 * @param parallelism how many steps run at a time
 */
export async function walkInOrder<T extends Ordered>(
  nodes: readonly T[],
  step: (node: T) => Promise<void>,
  parallelism = 10,
): Promise<Walk<T>> {
  const ordered = inApplyOrder(nodes);
  const addresses = new Set(ordered.map(({ address }) => address));
  const succeeded = new Set<string>();
  const failures: Failure<T>[] = [];
  const waiting = new Set(ordered);
  const running = new Set<Promise<void>>();
  const isReady = ({ dependsOn }: T) =>
    dependsOn.every((address) => succeeded.has(address) || !addresses.has(address));
  const start = (node: T) => {
    waiting.delete(node);
    const done: Promise<void> = step(node)
      .then(() => void succeeded.add(node.address))
      .catch((error: unknown) => void failures.push({ node, error }))
      .finally(() => void running.delete(done));
    running.add(done);
  };
  for (;;) {
    for (const node of waiting) if (running.size < parallelism && isReady(node)) start(node);
    if (running.size === 0) return { failures, notStarted: [...waiting] };
    await Promise.race(running);
  }
}
