import { describe, expect, it } from "vitest";

import { allowedNamespaces, MissingCapability } from "../../../rehearsal/namespace/namespaces";
import { withPath } from "../../support/rehearsal/path-with";

const others = { nsenter: "", ip: "", chroot: "" };
/** Stands for a kernel: refuses calls whose arguments fit a pattern. */
const refusing = (pattern: string, words: string) => ({
  ...others,
  unshare: `case "$*" in ${pattern}) echo "${words}" >&2; exit 1;; esac`,
});

const outcome = (scripts: Readonly<Record<string, string>>, isRoot = false) =>
  withPath(scripts, () =>
    allowedNamespaces(isRoot).then(
      ({ title }) => title,
      (error: unknown) => (error instanceof MissingCapability ? error.message : String(error)),
    ),
  );

describe("the namespaces of a rehearsal", () => {
  const limit = "unshare: unshare failed: No space left on device";

  it("are a user's own where the kernel allows it, root's or not", async () => {
    expect(await outcome(refusing("nothing", ""))).toBe("user, network, mount and process namespaces");
  });

  it("are made by root where the kernel has none for users", async () => {
    expect(await outcome(refusing("*--user*", limit), true)).toBe(
      "network, mount and process namespaces, as root",
    );
  });

  it("are refused to an ordinary user there, with the reason and what to do", async () => {
    const said = await outcome(refusing("*--user*", limit));
    expect(said).toContain("the limit user.max_user_namespaces is 0 or used up");
    expect(said).toContain("'sysctl user.max_user_namespaces=10000', or run the rehearsal as root");
    const denied = await outcome(refusing("*--user*", "unshare: Operation not permitted"));
    expect(denied).toContain("(unshare: Operation not permitted)");
  });

  it("are refused to root, too, where it has lost the right, as in most containers", async () => {
    const said = await outcome(refusing("*", "unshare: Operation not permitted"), true);
    expect(said).toMatch(/^not even root may make namespaces here \(unshare: Operation not permitted\)/);
  });

  it("are refused with what exactly the kernel does not allow in them", async () => {
    const said = await outcome(refusing("*veth*", "RTNETLINK answers: Operation not supported"));
    expect(said).toBe(
      "this machine does not allow network links inside a namespace (kernel modules veth and bridge): RTNETLINK answers: Operation not supported",
    );
    expect(await outcome(refusing("*tmpfs*", "mount: denied"))).toMatch(
      /mounts inside a namespace: mount: denied/,
    );
  });

  it("need programs, which are named with their packages", async () => {
    expect(await outcome({ unshare: "", nsenter: "", chroot: "" })).toBe(
      "'ip' is not on the PATH; install the package iproute2",
    );
  });
});
