import { z } from "zod";

/** Chart values written by hand, merged over what the project sets; `values-guard.ts` refuses some. */
export const rawValues = z
  .record(z.string(), z.json())
  .default({})
  .describe("Chart values merged over the project's own; keys that the outputs depend on are refused.");

export type RawValues = z.output<typeof rawValues>;
