import { z } from "zod";
import type { Manifest } from "../composition/manifests/manifest";
import { checks } from "../contract/checks";
import { applications } from "../features/applications/keys";
import { backend } from "./backend";
import { certManager } from "./certificates";
import { charts } from "./charts";
import { gateway } from "./gateway/gateway";
import { gatewayApi } from "../features/gateway-api/keys";
import { health } from "./health";
import { mesh } from "./mesh/mesh";
import type { Membership } from "./meshes/membership";
import { observability } from "./observability";
import { policies } from "./policies";
import { rollout } from "./rollout";
import { target } from "./target/target";

/** The sections of an environment file: the one source of types, defaults, JSON Schema and reference. */
export const sections = {
  target,
  mesh,
  policies,
  observability,
  gateways: z
    .array(gateway)
    .default([])
    .describe("Gateways; the outputs describe the first ingress gateway."),
  certManager,
  gatewayApi,
  health,
  applications,
  checks,
  charts,
  backend,
  rollout,
} as const;

export const environmentFile = z
  .strictObject(sections)
  .describe("One environment: a cluster, the mesh on it and its gateways.");

/** A valid environment file with its defaults. */
export interface Environment extends z.output<typeof environmentFile> {
  /** The file's name without `.yaml`. */
  readonly name: string;
  /** Objects of its applications by their names, once their files are read. @default not read */
  readonly applicationObjects?: Readonly<Record<string, readonly Manifest[]>>;
  /** Its part in a mesh over several clusters. @default no file in meshes/ names it */
  readonly membership?: Membership;
}
