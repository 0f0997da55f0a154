import { readFileSync } from "node:fs";
import { z } from "zod";
import { InputError } from "../../rehearsal/render/synthesize";

/** @see https://developer.hashicorp.com/terraform/internals/json-format#state-representation */
const state = z.object({
  values: z
    .object({
      root_module: z.object({
        resources: z
          .array(z.object({ address: z.string(), values: z.record(z.string(), z.unknown()) }))
          .default([]),
      }),
    })
    .optional(),
});

/**
 * Reads what `terraform show -json` printed of a state; attributes by the resource's address.
 *
 * @throws InputError where the file is none
 */
export function readTerraformState(path: string): ReadonlyMap<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new InputError(
      `${path} cannot be read as JSON; write it with: terraform -chdir=<stack> show -json >${path}`,
      { cause },
    );
  }
  const parsed = state.safeParse(json);
  if (!parsed.success) {
    throw new InputError(`${path} is not what terraform show -json prints: ${z.prettifyError(parsed.error)}`);
  }
  const resources = parsed.data.values?.root_module.resources ?? [];
  return new Map(resources.map(({ address, values }) => [address, values]));
}
