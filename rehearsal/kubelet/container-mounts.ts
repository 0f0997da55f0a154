import { dirname, join } from "node:path";

import { type Container } from "../api/objects";
import { type PublicAuthority, trustedAuthorities } from "./public-authority";
import { type Mount } from "./sandbox";
import { type ConfigurationFile, type StandIn } from "./stand-in-program";

/** Where a pod's folder has a file of its configuration. */
export function configurationPath(folder: string, { target }: ConfigurationFile): string {
  return join(folder, "configuration", target);
}

/**
 * What a container's program sees beside the machine's own folders; where it ends TLS, with a new certificate.
 *
 * @param folder the pod's
 */
export async function containerMounts(
  folder: string,
  { name: container, volumeMounts = [] }: Container,
  standIn: Extract<StandIn, { kind: "program" }>,
  authority: PublicAuthority,
): Promise<readonly Mount[]> {
  const volumes = volumeMounts.map(({ name, mountPath, subPath }) => ({
    source: join(folder, "volumes", name, subPath ?? ""),
    target: mountPath,
  }));
  // The folder, not the file: a mounted file would stay the old one when it is replaced.
  const configuration = standIn.configuration.map((file) => ({
    source: dirname(configurationPath(folder, file)),
    target: dirname(file.target),
  }));
  const { serving } = standIn;
  const issued =
    serving === undefined
      ? undefined
      : await authority.issue(join(folder, `serving-${container}`), serving.names);
  return [
    { source: authority.trusted, target: trustedAuthorities },
    ...volumes,
    ...configuration,
    ...standIn.mounts,
    ...(serving === undefined || issued === undefined
      ? []
      : [
          { source: issued.certificate, target: serving.certificate },
          { source: issued.key, target: serving.key },
        ]),
  ];
}
