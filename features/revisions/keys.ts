import { z } from "zod";

/** An Istio release such as 1.31.4. */
export const istioVersion = z
  .string()
  .regex(/^1\.[0-9]+\.[0-9]+$/, { error: "an Istio release such as 1.31.4" });

/** What names a revision or a tag: part of the names of Services and Helm releases, and a value of labels. */
const name = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
    error: "lower-case letters, digits and dashes, such as 1-31-4 for Istio 1.31.4; no dots",
  });

const revision = z
  .strictObject({
    name: name.describe(
      "Name, such as 1-31-4. default is the control plane that mesh.istioVersion installs; all others run beside it.",
    ),
    istioVersion: istioVersion.describe("Istio release of its control plane, and of the proxies made by it."),
  })
  .describe("A control plane.");

/** `mesh.revisions` */
export const revisions = z
  .array(revision)
  .min(1)
  .optional()
  .describe(
    "Control planes that run side by side, in place of istioVersion (docs/upgrades.md). Default: one, called default, of istioVersion.",
  );

/** `mesh.tags` */
export const tags = z
  .record(name, name)
  .optional()
  .describe(
    "Names that stand for revisions, such as { stable: 1-31-4 }. stable is followed by all that name no other. Needed with `revisions`.",
  );

/** `mesh.namespaces[].revision` and `gateways[].revision` */
export const followed = name
  .optional()
  .describe("Tag, or revision, whose control plane makes its proxies. Default: stable.");

export type Revision = z.output<typeof revision>;
