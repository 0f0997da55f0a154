import { z } from "zod";
import { authorization } from "../features/authorization/keys";
import { jwt } from "../features/jwt/keys";
import { workloadMtls } from "../features/mutual-tls/keys";
import { outbound } from "../features/outbound-hosts/keys";
import { rateLimits } from "../features/rate-limits/keys";

/** What is meant for the mesh as a whole; everything else is Istio's own YAML in an application. */
export const policies = z
  .strictObject({ authorization, jwt, rateLimits, outbound, mtls: workloadMtls })
  .prefault({})
  .describe(
    "Policies of the mesh as a whole. Those of one application are Istio's own objects, in its folder.",
  );
