import { z } from "zod";

/** `mesh.management` */
export const meshManagement = z
  .enum(["install", "adopt"])
  .default("install")
  .describe(
    "install: this stack owns Istio. adopt: the Istio that runs in the cluster is used and left alone.",
  );
