import type { ChartsConfig } from "../config/charts";

/** Where images come from, and the Secrets to pull them with. */
export class Images {
  public constructor(private readonly config: ChartsConfig["images"]) {}

  /** `hub` of Istio's charts. Set in any case: charts 1.30 bake in a host that goes away. */
  public get istioHub(): string {
    return this.config === undefined ? "docker.io/istio" : `${this.config.registry}/istio`;
  }

  /** An image given by its upstream name, such as `ghcr.io/stefanprodan/podinfo:6.9.2`. */
  public locate(upstream: string): string {
    if (this.config === undefined) return upstream;
    return `${this.config.registry}/${upstream.slice(upstream.indexOf("/") + 1)}`;
  }

  /** The mirror's registry, or undefined for each project's own. */
  public get registry(): string | undefined {
    return this.config?.registry;
  }

  /** Names of pull Secrets; they exist in each namespace already. */
  public get pullSecrets(): readonly string[] {
    return this.config?.pullSecrets ?? [];
  }

  /** Pull Secrets as a pod template lists them. */
  public get pullSecretReferences(): readonly { readonly name: string }[] {
    return this.pullSecrets.map((name) => ({ name }));
  }
}
