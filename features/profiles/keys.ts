import { z } from "zod";

const remoteIsNone =
  "minimal, default, demo or ambient: istioctl's remote leaves out the control plane, for one that runs in another cluster, and an environment installs its own";

/** `mesh.profile` */
export const profile = z
  .enum(["minimal", "default", "demo", "ambient"], {
    error: ({ input }) => (input === "remote" ? remoteIsNone : undefined),
  })
  .optional()
  .describe(
    "Presets of this file's own keys, after istioctl's profiles (docs/profiles.md); what the file writes wins. Default: none, each key has its own default.",
  );

export type Profile = NonNullable<z.output<typeof profile>>;
