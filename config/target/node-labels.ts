import { z } from "zod";

const name = "[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?";
const prefix = "([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?";

/** Domains whose labels a node pool is refused with, and those in them that a kubelet may set itself. */
const keptDomains = ["kubernetes.azure.com", "eks.amazonaws.com", "kubernetes.io", "k8s.io"];
const freeDomains = ["node.kubernetes.io", "kubelet.kubernetes.io"];

function isFree(label: string): boolean {
  const domain = label.includes("/") ? label.replace(/\/.*$/, "") : "";
  const isIn = (parent: string) => domain === parent || domain.endsWith(`.${parent}`);
  return freeDomains.some(isIn) || !keptDomains.some(isIn);
}

/**
 * Labels of nodes, as Kubernetes takes them and the clouds leave them to their users.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 * @see https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction
 */
export const nodeLabels = z.record(
  z
    .string()
    .max(317)
    .regex(new RegExp(`^(${prefix}/)?${name}$`), {
      error: "a label such as role or example.com/role: letters, digits and -_. between them, 63 at most",
      abort: true,
    })
    .refine(isFree, {
      error: `a label such as role or example.com/role; ${keptDomains.join(", ")} are kept for the cluster`,
    }),
  z.string().regex(new RegExp(`^(${name})?$`), {
    error: "up to 63 letters, digits and -_. between them",
  }),
);
