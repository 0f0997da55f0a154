import type { MeshJson } from "../stacks/mesh-json";
import { evaluate } from "./terraform-program";

interface Condition {
  readonly condition: string;
  readonly error_message: string;
}

/** What Terraform says where a data source `kubernetes_resources` reads these objects, a line for each condition. */
export function complaintsAbout(mesh: MeshJson, address: string, objects: readonly object[]): string {
  const name = address.replace("data.kubernetes_resources.", "");
  const guard = mesh.json.data?.["kubernetes_resources"]?.[name];
  const { postcondition } = guard?.["lifecycle"] as { postcondition: readonly Condition[] };
  const inTerraform = (text: string) => text.replaceAll("self.objects", "local.reading-read");
  const checks = postcondition.map(({ condition, error_message }) => [
    inTerraform(condition),
    inTerraform(error_message),
  ]);
  const { result } = evaluate<{ result: [boolean, string][] }>(
    mesh,
    { result: checks },
    { read: objects as unknown as Record<string, unknown> },
  );
  return result.flatMap(([holds, message]) => (holds ? [] : [message])).join("\n");
}
