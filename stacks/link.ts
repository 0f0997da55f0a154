import type { App } from "cdktf";
import type { Environment } from "../config/environment";
import type { Literal } from "../config/literal-text";
import type { MultiClusterMesh } from "../config/meshes/mesh-file";
import { configureBackend } from "../modules/cluster/state-backend";
import { LinkedMember } from "../modules/multi-cluster/linked-member";
import { RemoteSecret } from "../modules/multi-cluster/remote-secret";
import { EnvironmentStack } from "./environment-stack";

/** Properties of a {@link LinkStack}. */
export interface LinkStackProps {
  readonly mesh: Literal<MultiClusterMesh>;
  /** Environments of its members. */
  readonly members: readonly Literal<Environment>[];
}

/** Defines what joins the clusters of a mesh: in each, how its istiod reads every other one. */
export class LinkStack extends EnvironmentStack {
  public constructor(scope: App, id: string, { mesh, members }: LinkStackProps) {
    super(scope, id);
    configureBackend(this, id, mesh.backend);
    const linked = mesh.members.flatMap((member) =>
      members
        .filter(({ name }) => name === member.environment)
        .map(
          (environment) =>
            new LinkedMember(this, member.environment, { member, environment, tokenDays: mesh.tokens.days }),
        ),
    );
    for (const reader of linked) {
      for (const read of linked.filter((other) => other !== reader)) {
        new RemoteSecret(this, `${reader.name}-reads-${read.name}`, {
          reader,
          read,
          revision: mesh.tokens.revision,
        });
      }
    }
  }
}
