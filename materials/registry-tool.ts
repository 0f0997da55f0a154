import { CommandError, run } from "../rehearsal/namespace/run-command";

/** A program that copies between registries. */
export type RegistryTool = "crane" | "skopeo" | "oras";

const tools: readonly RegistryTool[] = ["crane", "skopeo", "oras"];

/** The first of crane, skopeo and oras that is on the PATH. */
export async function findRegistryTool(environment: NodeJS.ProcessEnv): Promise<RegistryTool | undefined> {
  for (const tool of tools) {
    const args = tool === "skopeo" ? ["--version"] : ["version"];
    const found = await run(tool, args, { environment }).then(
      () => true,
      (error: unknown) => error instanceof CommandError,
    );
    if (found) return tool;
  }
  return undefined;
}

/** The command that copies an image or a chart from one name to another, for all platforms. */
export function copyCommand(tool: RegistryTool, from: string, to: string): readonly string[] {
  switch (tool) {
    case "crane":
      return ["crane", "copy", from, to];
    case "skopeo":
      return ["skopeo", "copy", "--all", `docker://${from}`, `docker://${to}`];
    case "oras":
      return ["oras", "copy", "--recursive", from, to];
  }
}

/** The command that prints the digest of an image. */
export function digestCommand(tool: RegistryTool, name: string): readonly string[] {
  switch (tool) {
    case "crane":
      return ["crane", "digest", name];
    case "skopeo":
      return ["skopeo", "inspect", "--format", "{{.Digest}}", `docker://${name}`];
    case "oras":
      return ["oras", "resolve", name];
  }
}
