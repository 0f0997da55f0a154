import { run, CommandError } from "./run-command";

/** How to enter the namespaces of a rehearsal: as an ordinary user, or as root where the kernel insists. */
export interface NamespaceKind {
  readonly title: string;
  readonly unshareArguments: readonly string[];
  readonly nsenterArguments: readonly string[];
}

const common = ["--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"];

const unprivileged: NamespaceKind = {
  title: "user, network, mount and process namespaces",
  unshareArguments: ["--user", "--map-root-user", ...common],
  nsenterArguments: ["--user", "--net", "--mount", "--pid", "--preserve-credentials"],
};

const privileged: NamespaceKind = {
  title: "network, mount and process namespaces, as root",
  unshareArguments: common,
  nsenterArguments: ["--net", "--mount", "--pid"],
};

/** Something that this machine does not allow or does not have. */
export class MissingCapability extends Error {}

/**
 * Finds the namespaces that this machine allows, and tries in them what a rehearsal needs: links, bridges, routes
 * and mounts.
 *
 * @throws MissingCapability naming what is missing and what to do
 */
export async function allowedNamespaces(isRoot = process.getuid?.() === 0): Promise<NamespaceKind> {
  for (const [command, source] of [
    ["unshare", "util-linux"],
    ["nsenter", "util-linux"],
    ["ip", "iproute2"],
    ["chroot", "coreutils"],
  ] as const) {
    await run("sh", ["-c", `command -v ${command}`]).catch(() => {
      throw new MissingCapability(`'${command}' is not on the PATH; install the package ${source}`);
    });
  }
  const refused = await problemIn(unprivileged, "true");
  const kind = refused === undefined ? unprivileged : isRoot ? privileged : undefined;
  if (kind === undefined) {
    throw new MissingCapability(
      `this kernel does not let an ordinary user make namespaces (${reasonOf(refused ?? "")}). Allow it, with ` +
        "'sysctl kernel.apparmor_restrict_unprivileged_userns=0' on Ubuntu or 'sysctl user.max_user_namespaces=10000', or run the rehearsal as root.",
    );
  }
  const refusedToRoot = kind === privileged ? await problemIn(privileged, "true") : undefined;
  if (refusedToRoot !== undefined) {
    throw new MissingCapability(
      `not even root may make namespaces here (${reasonOf(refusedToRoot)}). In a container, start it with the right to: ` +
        "'docker run --privileged', or in Kubernetes 'securityContext: { privileged: true }'.",
    );
  }
  for (const { needs, script } of capabilities) await requireCapability(kind, needs, script);
  return kind;
}

/** The kernel says "no space" where its limit of namespaces is reached. */
function reasonOf(said: string): string {
  return /no space left/i.test(said) ? "the limit user.max_user_namespaces is 0 or used up" : said;
}

const oneOfEachRule =
  "--inbound-to=15006 --inbound-exclude-ports=15021 --outbound-to=15001 --outbound-exclude-ranges=10.64.0.1/32 --outbound-include-ranges='*' --mark=1337";

/** @throws MissingCapability where packets of a pod cannot be redirected to its sidecar */
export async function requireRedirection(kind: NamespaceKind, redirectProgram: string): Promise<void> {
  const needs = "nf_tables inside a namespace (kernel modules nf_tables and nft_redir), which sidecars need";
  await requireCapability(kind, needs, `'${redirectProgram}' ${oneOfEachRule}`);
}

const capabilities = [
  {
    needs: "network links inside a namespace (kernel modules veth and bridge)",
    script:
      "ip link add probe0 type veth peer name probe1 && ip link add probe2 type bridge && ip route add local 10.96.0.0/16 dev lo",
  },
  {
    needs: "mounts inside a namespace",
    script: "mount --rbind /tmp /tmp && mount -t tmpfs none /tmp",
  },
];

async function requireCapability(kind: NamespaceKind, needs: string, script: string): Promise<void> {
  const problem = await problemIn(kind, script);
  if (problem === undefined) return;
  throw new MissingCapability(`this machine does not allow ${needs}: ${problem}`);
}

async function problemIn(kind: NamespaceKind, script: string): Promise<string | undefined> {
  try {
    await run("unshare", [...kind.unshareArguments, "sh", "-c", script]);
    return undefined;
  } catch (error) {
    return error instanceof CommandError ? error.stderr.trim() : String(error);
  }
}
