/** Arguments of a block as they are in the JSON: strings are Terraform templates. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Where Helm finds the chart of a release. */
export type ChartSource =
  /** A folder or an archive beside the stack's JSON; the path is absolute. */
  | { readonly kind: "asset"; readonly path: string }
  /** `repository` is `oci://…` or `https://…`. */
  | { readonly kind: "repository"; readonly repository: string; readonly chart: string };

/** A condition that Terraform checks before or after, as templates. */
export interface Condition {
  readonly condition: string;
  readonly errorMessage: string;
}

interface CommonBlock {
  /** Terraform address, such as `helm_release.control-plane_base_release_87C12B59`. */
  readonly address: string;
  /** Addresses that come before: from `depends_on` and from references, through locals. */
  readonly dependsOn: readonly string[];
  readonly preconditions: readonly Condition[];
  readonly postconditions: readonly Condition[];
}

/** A Helm release. */
export interface ReleaseBlock extends CommonBlock {
  readonly kind: "release";
  readonly name: string;
  readonly namespace: string;
  readonly chart: ChartSource;
  readonly version: string;
  /** YAML texts, each a template; a later one wins. */
  readonly values: readonly string[];
  readonly timeoutSeconds: number;
  readonly atomic: boolean;
  readonly cleanupOnFail: boolean;
  readonly wait: boolean;
  readonly waitForJobs: boolean;
  readonly skipCrds: boolean;
  /** 0 keeps every revision. */
  readonly maxHistory: number;
}

/** A namespace. */
export interface NamespaceBlock extends CommonBlock {
  readonly kind: "namespace";
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A look-up. */
export interface DataBlock extends CommonBlock {
  readonly kind: "data";
  readonly type: string;
  readonly arguments: Arguments;
}

/** A resource that is neither a release nor a namespace: a cloud's. */
export interface ResourceBlock extends CommonBlock {
  readonly kind: "resource";
  readonly type: string;
  readonly arguments: Arguments;
}

export type Block = ReleaseBlock | NamespaceBlock | DataBlock | ResourceBlock;

/** A value that a stack hands out. */
export interface Output {
  readonly value: unknown;
  readonly sensitive: boolean;
}

/** A synthesized stack. */
export interface Stack {
  readonly name: string;
  /** Folder that holds cdk.tf.json and its assets. */
  readonly folder: string;
  readonly blocks: readonly Block[];
  readonly locals: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, Output>>;
}
