import { z } from "zod";
import { type HcpClient, HcpRefusal } from "./client";
import type { DesiredHcp, DesiredWorkspace } from "./desired";

/** One thing that is as it should be, or is made so. */
export interface Step {
  readonly action: "make" | "change" | "keep";
  readonly what: string;
}

export interface ReconcileOptions {
  /** Whether to do it, or only to tell. */
  readonly apply: boolean;
  /** Name of the pool whose agents run; needed for execution: agent. */
  readonly agentPool?: string;
  /** Whether the server looks for drift and repeats the stacks' checks; left as it is where undefined. */
  readonly healthAssessments?: boolean;
  readonly onStep: (step: Step) => void;
}

const identified = z.object({ id: z.string().min(1) });
const reference = z.object({ data: identified.nullish() }).optional();
const one = z.object({ data: identified });
const named = z.object({
  data: z.array(z.object({ id: z.string(), attributes: z.object({ name: z.string() }) })),
});
const workspaceAnswer = z.object({
  data: z.object({
    id: z.string().min(1),
    attributes: z.object({
      "execution-mode": z.string().optional(),
      "global-remote-state": z.boolean().optional(),
      "assessments-enabled": z.boolean().optional(),
    }),
    relationships: z.object({ project: reference, "agent-pool": reference }).default({}),
  }),
});
const variablesAnswer = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      attributes: z.object({ key: z.string(), value: z.string().nullish(), category: z.string() }),
    }),
  ),
});
const triggersAnswer = z.object({
  data: z.array(z.object({ relationships: z.object({ sourceable: z.object({ data: identified }) }) })),
});

/**
 * Makes project, workspaces, variables and run triggers what they should be, and leaves everything else alone.
 *
 * @throws HcpRefusal where the server does not let it
 */
export async function reconcile(
  client: HcpClient,
  desired: DesiredHcp,
  options: ReconcileOptions,
): Promise<void> {
  const { organization, workspaces } = desired;
  const agentPoolId = await findAgentPool(client, desired, options);
  const projectId = await reconcileProject(client, desired, options);
  const ids = new Map<string, string>();
  for (const workspace of workspaces) {
    const wanted = { organization, workspace, projectId, agentPoolId };
    const id = await reconcileWorkspace(client, wanted, options);
    if (id !== undefined) ids.set(workspace.name, id);
    await reconcileVariables(client, workspace, id, options);
    await reconcileTrigger(client, workspace, ids, options);
  }
}

async function findAgentPool(
  client: HcpClient,
  { organization, workspaces }: DesiredHcp,
  { agentPool }: ReconcileOptions,
): Promise<string | undefined> {
  if (!workspaces.some(({ execution }) => execution === "agent")) return undefined;
  const path = `organizations/${organization}/agent-pools`;
  const { data } = await client.get(path, named);
  const found =
    data.find(({ attributes }) => attributes.name === agentPool) ??
    (agentPool === undefined && data.length === 1 ? data[0] : undefined);
  if (found !== undefined) return found.id;
  const names = data.map(({ attributes }) => attributes.name).join(", ");
  throw new HcpRefusal(
    `backend.execution is agent, and organization ${organization} has ${names === "" ? "no agent pool; make one with an agent in it" : `the agent pools ${names}; choose one: --agent-pool <name>`}`,
  );
}

async function reconcileProject(
  client: HcpClient,
  { organization, project }: DesiredHcp,
  { apply, onStep }: ReconcileOptions,
): Promise<string | undefined> {
  if (project === undefined) return undefined;
  const path = `organizations/${organization}/projects`;
  const { data } = await client.get(`${path}?filter%5Bnames%5D=${encodeURIComponent(project)}`, named);
  const found = data.find(({ attributes }) => attributes.name === project);
  onStep({ action: found === undefined ? "make" : "keep", what: `project ${project}` });
  if (found !== undefined || !apply) return found?.id;
  const body = { data: { type: "projects", attributes: { name: project } } };
  return (await client.write("POST", path, body, one)).data.id;
}

interface WantedWorkspace {
  readonly organization: string;
  readonly workspace: DesiredWorkspace;
  readonly projectId: string | undefined;
  readonly agentPoolId: string | undefined;
}

async function reconcileWorkspace(
  client: HcpClient,
  { organization, workspace, projectId, agentPoolId }: WantedWorkspace,
  { apply, healthAssessments, onStep }: ReconcileOptions,
): Promise<string | undefined> {
  const { name, execution } = workspace;
  const path = `organizations/${organization}/workspaces`;
  const found = await client.find(`${path}/${name}`, workspaceAnswer);
  const differences = found === undefined ? [] : differencesOf(found.data);
  function differencesOf({ attributes, relationships }: z.output<typeof workspaceAnswer>["data"]): string[] {
    const {
      "execution-mode": mode,
      "global-remote-state": shared,
      "assessments-enabled": assessed,
    } = attributes;
    return [
      ...(mode === execution ? [] : [`execution ${mode ?? "unknown"} → ${execution}`]),
      ...(agentPoolId === undefined || relationships["agent-pool"]?.data?.id === agentPoolId
        ? []
        : ["agent pool"]),
      ...(shared === true ? ["its state is shared with nobody"] : []),
      ...(healthAssessments === undefined || assessed === healthAssessments
        ? []
        : [`health assessments ${healthAssessments ? "on" : "off"}`]),
      ...(projectId === undefined || relationships.project?.data?.id === projectId ? [] : ["project"]),
    ];
  }
  const data = {
    type: "workspaces",
    attributes: {
      name,
      "execution-mode": execution,
      // Otherwise the project's or the organization's default stays in force.
      "setting-overwrites": { "execution-mode": true, "agent-pool": true },
      ...(agentPoolId === undefined ? {} : { "agent-pool-id": agentPoolId }),
      "global-remote-state": false,
      ...(healthAssessments === undefined ? {} : { "assessments-enabled": healthAssessments }),
    },
    ...(projectId === undefined
      ? {}
      : { relationships: { project: { data: { type: "projects", id: projectId } } } }),
  };
  const what = `workspace ${name}`;
  if (found === undefined) {
    onStep({ action: "make", what: `${what} (execution ${execution})` });
    return apply ? (await client.write("POST", path, { data }, one)).data.id : undefined;
  }
  const { id } = found.data;
  if (differences.length === 0) onStep({ action: "keep", what });
  else {
    onStep({ action: "change", what: `${what}: ${differences.join(", ")}` });
    if (apply) await client.write("PATCH", `workspaces/${id}`, { data }, one);
  }
  return id;
}

async function reconcileVariables(
  client: HcpClient,
  { name, variables }: DesiredWorkspace,
  id: string | undefined,
  { apply, onStep }: ReconcileOptions,
): Promise<void> {
  if (Object.keys(variables).length === 0) return;
  const path = `workspaces/${id ?? ""}/vars`;
  const existing = id === undefined ? [] : (await client.get(path, variablesAnswer)).data;
  for (const [key, value] of Object.entries(variables)) {
    const what = `variable ${key} of ${name}`;
    const found = existing.find(({ attributes }) => attributes.key === key && attributes.category === "env");
    const attributes = { key, value, category: "env", hcl: false, sensitive: false };
    if (found === undefined) {
      onStep({ action: "make", what: `${what} = ${value}` });
      if (apply) await client.write("POST", path, { data: { type: "vars", attributes } }, one);
    } else if (found.attributes.value === value) onStep({ action: "keep", what });
    else {
      onStep({ action: "change", what: `${what} = ${value}` });
      const body = { data: { type: "vars", id: found.id, attributes } };
      if (apply) await client.write("PATCH", `${path}/${found.id}`, body, one);
    }
  }
}

async function reconcileTrigger(
  client: HcpClient,
  { name, runsAfter }: DesiredWorkspace,
  ids: ReadonlyMap<string, string>,
  { apply, onStep }: ReconcileOptions,
): Promise<void> {
  if (runsAfter === undefined) return;
  const what = `run of ${name} after each apply of ${runsAfter}`;
  const [id, source] = [ids.get(name), ids.get(runsAfter)];
  const path = `workspaces/${id ?? ""}/run-triggers`;
  const existing =
    id === undefined
      ? []
      : (await client.get(`${path}?filter%5Brun-trigger%5D%5Btype%5D=inbound`, triggersAnswer)).data;
  if (existing.some(({ relationships }) => relationships.sourceable.data.id === source)) {
    onStep({ action: "keep", what });
    return;
  }
  onStep({ action: "make", what });
  if (!apply || id === undefined || source === undefined) return;
  const sourceable = { data: { id: source, type: "workspaces" } };
  await client.write("POST", path, { data: { type: "run-triggers", relationships: { sourceable } } }, one);
}
