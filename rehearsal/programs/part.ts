/** A program that a rehearsal runs. */
export type ProgramName =
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kubectl"
  | "kwok"
  | "kwokctl"
  | "helm"
  | "pilot-discovery"
  | "pilot-agent"
  | `pilot-discovery-${string}`
  | `pilot-agent-${string}`
  | "istioctl"
  | "echo-server"
  | "cert-manager-controller"
  | "cert-manager-webhook"
  | "cert-manager-cainjector"
  | "envoy"
  | "terraform"
  | "redirect"
  | "network-policy"
  | "certificates"
  | "kubelet-server"
  | "gateway-conformance"
  | "echo-basic"
  | "echo-client";

/** Where a program's project publishes it, and the checksums beside it. */
export interface Download {
  readonly url: string;
  readonly checksumUrl: string;
  /** The archive that it comes in; absent where the download is the program. */
  readonly archive?: Archive;
}

export interface Archive {
  readonly format: "tar.gz" | "zip";
  /** The program's path in it. */
  readonly path: string;
}

/** How a program on the PATH shows that it fits. */
export interface VersionProbe {
  readonly args: readonly string[];
  readonly accepts: RegExp;
}

export interface Program {
  readonly name: ProgramName;
  /** Package path that `go build` takes; absent for what is no Go program. */
  readonly goPackage?: string;
  readonly probe?: VersionProbe;
  readonly download?: (architecture: "amd64" | "arm64") => Download;
}

/** Programs and files that are made in one step, from one pinned module. */
export interface Part {
  readonly name: string;
  /** Folder below rehearsal/tools that holds the pins. */
  readonly folder: string;
  readonly version: string;
  readonly commit?: string;
  readonly kind: "go" | "wheel" | "files";
  readonly linkFlags: string;
  readonly programs: readonly Program[];
  /** Files and folders kept from a module: its path, then path in the module → name in the cache. */
  readonly keep?: { readonly module: string; readonly files: Readonly<Record<string, string>> };
  /** Made only for those who ask for it by its name. */
  readonly optional?: true;
  /** Seconds that the step took on two cores with empty caches, beside another one. */
  readonly estimateSeconds: number;
}

/** The environment variable that names a program: `REHEARSAL_KUBE_APISERVER` for kube-apiserver. */
export function variableOf(name: ProgramName): string {
  return `REHEARSAL_${name.toUpperCase().replaceAll(/[-.]/g, "_")}`;
}

/** `1.31 (commit eed52ebb66ad)`. */
export function versionOf({ version, commit }: Part): string {
  return commit === undefined ? version : `${version} (commit ${commit})`;
}
