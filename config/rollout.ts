import { z } from "zod";

/** The order in which a pipeline and `npm run fleet` deploy environments. */
export const rollout = z
  .strictObject({
    after: z
      .array(
        z.string().regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, {
          error: "the name of an environment: that of its file, without .yaml",
        }),
      )
      .default([])
      .describe("Environments that must be deployed and proven before this one."),
  })
  .prefault({})
  .describe("Its place in the order of deployments.");
