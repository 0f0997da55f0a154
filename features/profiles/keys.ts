import { z } from "zod";

/** `mesh.profile` */
export const profile = z
  .enum(["minimal", "default", "demo", "ambient"])
  .optional()
  .describe(
    "Presets of this file's own keys, after istioctl's profiles (docs/profiles.md); what the file writes wins. Default: none, each key has its own default.",
  );

export type Profile = NonNullable<z.output<typeof profile>>;
