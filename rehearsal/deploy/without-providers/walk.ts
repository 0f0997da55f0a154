import { CommandError } from "../../namespace/run-command";
import type { Block } from "../../stack/block";
import { walkInOrder } from "../../stack/order";
import type { ProviderlessOptions } from "./options";

/** A run in which something failed, with everything that did and that did not begin because of it. */
export class ProviderlessError extends Error {
  public readonly failures: readonly {
    readonly address: string;
    readonly title: string;
    readonly message: string;
  }[];
  /** Such as `release healthz`. */
  public readonly notStarted: readonly string[];

  public constructor(
    failures: readonly { readonly block: Block; readonly error: unknown }[],
    notStarted: readonly Block[],
  ) {
    const listed = failures.map(({ block, error }) => ({
      address: block.address,
      title: blockTitle(block),
      message: messageOf(error),
    }));
    const rest = notStarted.filter(({ kind }) => kind !== "data").map(blockTitle);
    super(
      [
        ...listed.map(({ title, message }) => `${title}: ${message}`),
        ...(rest.length === 0 ? [] : [`not begun because of it: ${rest.join(", ")}`]),
      ].join("\n"),
      { cause: failures[0]?.error },
    );
    this.failures = listed;
    this.notStarted = rest;
  }
}

/** What a program said, without the command; the title tells enough. */
function messageOf(error: unknown): string {
  if (!(error instanceof CommandError)) return error instanceof Error ? error.message : String(error);
  const said = error.stderr.trim() === "" ? error.stdout : error.stderr;
  // Warnings of the API server come before.
  return said.replace(/^[\s\S]*?^Error: /m, "").trim() || error.message;
}

/** What a block is called in messages: `release istiod`, `namespace istio-system`. */
export function blockTitle(block: Block): string {
  switch (block.kind) {
    case "release":
    case "namespace":
      return `${block.kind} ${block.name}`;
    case "data":
    case "resource":
      return block.address;
  }
}

/**
 * Runs a step for each block in order, independent ones side by side, and tells of each.
 *
 * @throws ProviderlessError when a step failed
 */
export async function walkBlocks(
  blocks: readonly Block[],
  { onProgress, signal }: ProviderlessOptions,
  step: (block: Block) => Promise<void>,
): Promise<void> {
  const { failures, notStarted } = await walkInOrder(blocks, async (block) => {
    if (signal?.aborted === true) throw new Error("interrupted before it began");
    const tell = (state: "started" | "done" | "failed") =>
      onProgress?.({ state, address: block.address, title: blockTitle(block) });
    tell("started");
    try {
      await step(block);
      tell("done");
    } catch (error) {
      tell("failed");
      throw error;
    }
  });
  if (failures.length === 0) return;
  throw new ProviderlessError(
    failures.map(({ node, error }) => ({ block: node, error })),
    notStarted,
  );
}
