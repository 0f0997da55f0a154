import type { Stack } from "../../stack/block";
import { readableTypes } from "./data/read-data";

/**
 * Refuses, before anything is touched, a stack that only Terraform's providers can deploy.
 *
 * @throws Error naming every block in the way
 */
export function assertSupported({ name, blocks }: Stack): void {
  const foreign = blocks.filter(
    (block) => block.kind === "resource" || (block.kind === "data" && !readableTypes.includes(block.type)),
  );
  if (foreign.length === 0) return;
  const addresses = foreign.map(({ address }) => address).join(", ");
  throw new Error(
    `${name} has what only Terraform's providers can make or read: ${addresses}; replace it, or deploy with Terraform`,
  );
}
