import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, openSync, closeSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { type AddressPlan } from "../namespace/address-plan";
import { run } from "../namespace/run-command";

/** A file or folder of this machine that a container sees at a path of its own. */
export interface Mount {
  readonly source: string;
  readonly target: string;
}

export interface SandboxOptions {
  readonly folder: string;
  readonly address: string;
  readonly interfaceName: string;
  readonly namespace: string;
  readonly plan: AddressPlan;
}

/** The network namespace of one simulated pod, joined to the rehearsal's bridge. */
export class Sandbox {
  private readonly options: SandboxOptions;
  private readonly networkNamespace: string;

  constructor(options: SandboxOptions) {
    this.options = options;
    this.networkNamespace = join(options.folder, "network");
  }

  async open(): Promise<void> {
    const { folder, address, interfaceName, plan } = this.options;
    mkdirSync(folder, { recursive: true });
    writeFileSync(this.networkNamespace, "");
    // The kernel's user id map gives a pod no second user: it binds ports below 1024 as root does.
    const script = `
      set -e
      unshare --net="$1" ip link set lo up
      ip link add "$2" type veth peer name eth0 netns "$1"
      ip link set "$2" master ${plan.bridge} up
      nsenter --net="$1" sh -c 'ip addr add "$1" dev eth0 && ip link set eth0 up && ip route add default via "$2"' \\
        sh "$3" "$4"`;
    const cidr = `${address}/${plan.podPrefixLength.toString()}`;
    await run("sh", ["-c", script, "sh", this.networkNamespace, interfaceName, cidr, plan.gateway]);
    writeFileSync(join(folder, "resolv.conf"), this.resolverConfiguration());
  }

  /** Runs a command of this machine in the pod's network. */
  async runInNetwork(command: string, args: readonly string[], input = ""): Promise<void> {
    await run("nsenter", [`--net=${this.networkNamespace}`, command, ...args], { input });
  }

  /**
   * Starts a program in a root folder of its own, so that it finds its files where its image has them.
   *
   * The root holds this machine's system folders, the mounts, and nothing else.
   */
  start(options: {
    readonly container: string;
    readonly command: readonly string[];
    readonly environment: ReadonlyMap<string, string>;
    readonly mounts: readonly Mount[];
    readonly log: string;
  }): ChildProcess {
    const root = join(this.options.folder, `root-${options.container}`);
    mkdirSync(root, { recursive: true });
    mkdirSync(dirname(options.log), { recursive: true });
    const resolver: Mount = { source: join(this.options.folder, "resolv.conf"), target: "/etc/resolv.conf" };
    const mounts = [resolver, ...options.mounts].flatMap(({ source, target }) => [source, target]);
    const environment = [...options.environment].map(([name, value]) => `${name}=${value}`);
    const hostname = options.environment.get("HOSTNAME") ?? options.container;
    const log = openSync(options.log, "a");
    try {
      return spawn(
        "nsenter",
        [
          `--net=${this.networkNamespace}`,
          ...["unshare", "--mount", "--uts", "sh", "-c", enterRoot, "sh", root, hostname],
          ...[(mounts.length / 2).toString(), ...mounts],
          ...["env", "-i", ...environment, ...options.command],
        ],
        { stdio: ["ignore", log, log], detached: true },
      );
    } finally {
      closeSync(log);
    }
  }

  async close(): Promise<void> {
    // The veth pair goes with its namespace, and the namespace when nothing holds it any more.
    await run("umount", [this.networkNamespace]).catch(() => undefined);
    await run("ip", ["link", "delete", this.options.interfaceName]).catch(() => undefined);
    rmSync(this.networkNamespace, { force: true });
  }

  private resolverConfiguration(): string {
    const { namespace, plan } = this.options;
    const domains = [`${namespace}.svc.cluster.local`, "svc.cluster.local", "cluster.local"];
    return `nameserver ${plan.gateway}\nsearch ${domains.join(" ")}\noptions ndots:5\n`;
  }
}

/** Builds a root folder in memory, binds what the container sees into it and enters it: `root hostname count (source target)… command`. */
const enterRoot = `
set -e
root=$1; count=$3
# Programs elect a leader by their host names.
hostname "$2"
shift 3
mount -t tmpfs -o mode=755 root "$root"
bind() {
  if [ -L "$1" ]; then cp -P "$1" "$root$2"; return; fi
  if [ -d "$1" ]; then mkdir -p "$root$2"; else mkdir -p "$(dirname "$root$2")"; : >> "$root$2"; fi
  mount --rbind "$1" "$root$2"
}
mkdir -p "$root/usr/local/bin" "$root/etc" "$root/tmp" "$root/run" "$root/var/run" "$root/var/log" "$root/var/lib"
for path in /bin /sbin /lib /lib32 /lib64 /libx32 /nix /usr/*; do
  [ -e "$path" ] || continue
  [ "$path" = /usr/local ] || bind "$path" "$path"
done
for path in /proc /dev /sys; do bind "$path" "$path"; done
for path in passwd group nsswitch.conf hosts ld.so.cache ssl; do
  [ ! -e "/etc/$path" ] || cp -RL "/etc/$path" "$root/etc/" 2>/dev/null || true
done
while [ "$count" -gt 0 ]; do bind "$1" "$2"; shift 2; count=$((count - 1)); done
exec chroot "$root" "$@"
`;
