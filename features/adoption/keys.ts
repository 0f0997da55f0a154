import { z } from "zod";

/** `mesh.management` */
export const meshManagement = z
  .enum(["install", "adopt", "aks-add-on"])
  .default("install")
  .describe(
    "install: this stack owns Istio. adopt: the Istio that runs in the cluster is used and left alone. aks-add-on: AKS runs Istio, in revisions that the cluster stack asks for (docs/aks-add-on.md).",
  );
