/** Where Linux keeps `ip` and `chroot`; the PATH of an ordinary user often leaves them out. */
const systemFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** A PATH that reaches the programs which set up networks and roots, too, after all that it names itself. */
export function withSystemFolders(path = ""): string {
  const named = path.split(":").filter((folder) => folder !== "");
  return [...named, ...systemFolders.filter((folder) => !named.includes(folder))].join(":");
}
