import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../rehearsal/namespace/run-command";
import type { Credentials } from "../smoke/certificate-authority";
import { Servers } from "../smoke/servers";

type Attributes = Record<string, unknown>;
type Document = { data: Attributes & { attributes?: Attributes; relationships?: Attributes } };

interface Workspace {
  readonly id: string;
  attributes: Attributes;
  relationships: Attributes;
  readonly variables: { id: string; type: "vars"; attributes: Attributes }[];
  readonly triggers: { id: string; type: "run-triggers"; relationships: unknown }[];
  /** The newest state, as Terraform writes it. */
  state?: Buffer;
  stateVersions: number;
}

interface Run {
  readonly id: string;
  readonly workspace: Workspace;
  readonly folder: string;
  /** As -auto-approve asks for it. */
  readonly autoApply: boolean;
  status: string;
  hasChanges: boolean;
  readonly logs: Record<"plan" | "apply", string>;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const ok = (data: unknown): Answer => ({ status: 200, body: { data } });
const notFound: Answer = { status: 404, body: { errors: [{ status: "404", title: "not found" }] } };

/**
 * Stands in for HCP Terraform: what its cloud block and `npm run hcp` ask for, over TLS on loopback, for one
 * organization. Remote runs are made by the Terraform of the PATH, with the state that is kept here.
 */
export class HcpServer {
  public readonly requests: string[] = [];
  public readonly workspaces = new Map<string, Workspace>();
  public readonly projects = new Map<string, string>();
  public readonly agentPools: { readonly id: string; readonly name: string }[] = [];
  /** Answers before anything else does; undefined lets it pass. */
  public before: (request: string) => Answer | undefined = () => undefined;
  public host = "";
  private readonly runs = new Map<string, Run>();
  private readonly servers = new Servers();
  private readonly uploads = new Map<string, Buffer>();
  private readonly folders: string[] = [];
  private made = 0;

  public constructor(
    private readonly organization: string,
    private readonly token: string,
  ) {}

  public async start(credentials: Credentials): Promise<void> {
    const port = await this.servers.https(credentials, (request, response) => {
      void this.serve(request, response);
    });
    this.host = `localhost:${port.toString()}`;
  }

  public async close(): Promise<void> {
    await this.servers.close();
    for (const folder of this.folders) rmSync(folder, { recursive: true, force: true });
  }

  private id(kind: string): string {
    this.made += 1;
    return `${kind}-${this.made.toString()}`;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", `https://${this.host}`);
    const path = url.pathname.replace("/api/v2/", "");
    const line = `${request.method ?? ""} ${path}`;
    this.requests.push(line);
    const isOpen = /^\/(\.well-known|files)\//.test(url.pathname);
    const isKnown = request.headers.authorization === `Bearer ${this.token}`;
    const answer =
      this.before(line) ??
      (isOpen || isKnown
        ? await this.answer(line, url, Buffer.concat(chunks))
        : { status: 401, body: { errors: [{ status: "401", title: "unauthorized" }] } });
    response.writeHead(answer.status, {
      "content-type": "application/vnd.api+json",
      "tfp-api-version": "2.5",
      ...answer.headers,
    });
    const { body } = answer;
    response.end(body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  }

  private async answer(line: string, url: URL, body: Buffer): Promise<Answer> {
    const json = (): Document => JSON.parse(body.toString("utf8")) as Document;
    const organization = `organizations/${this.organization}`;
    const [method = "", path = ""] = line.split(" ");
    const [kind, id = "", part = "", last = ""] = path.split("/").filter((step) => step !== "");
    if (path === "/.well-known/terraform.json") {
      return {
        status: 200,
        body: { "tfe.v2": "/api/v2/", "tfe.v2.1": "/api/v2/", "tfe.v2.2": "/api/v2/" },
        headers: { "content-type": "application/json" },
      };
    }
    if (path === "ping") return { status: 204 };
    if (kind === "files") return this.file(method, id, body, Number(url.searchParams.get("offset") ?? 0));
    switch (line) {
      case `GET ${organization}`:
        return ok({ id: this.organization, type: "organizations", attributes: { name: this.organization } });
      case `GET ${organization}/entitlement-set`:
        return ok({
          id: "e",
          type: "entitlement-sets",
          attributes: { operations: true, "state-storage": true },
        });
      case `GET ${organization}/projects`: {
        const name = url.searchParams.get("filter[names]") ?? "";
        const found = this.projects.get(name);
        return ok(found === undefined ? [] : [{ id: found, type: "projects", attributes: { name } }]);
      }
      case `POST ${organization}/projects`: {
        const made = this.id("prj");
        this.projects.set(json().data.attributes?.["name"] as string, made);
        return { status: 201, body: { data: { id: made, type: "projects" } } };
      }
      case `GET ${organization}/agent-pools`:
        return ok(
          this.agentPools.map(({ id: pool, name }) => ({
            id: pool,
            type: "agent-pools",
            attributes: { name },
          })),
        );
      case `POST ${organization}/workspaces`:
        return this.makeWorkspace(json());
    }
    if (kind === "organizations" && part === "workspaces") {
      const found = this.workspaces.get(last);
      return found === undefined ? notFound : ok(this.shown(found));
    }
    if (kind === "workspaces") return this.workspace(method, id, [part, last], json);
    if (kind === "state-versions") return ok(this.stateVersion(id));
    if (kind === "configuration-versions") {
      const uploaded = this.uploads.has(id);
      return ok({ id, type: kind, attributes: { status: uploaded ? "uploaded" : "pending" } });
    }
    if (line === "POST runs") return this.startRun(json());
    if (kind === "runs") return this.run(id, part);
    if (kind === "plans" || kind === "applies") return this.phase(kind, id);
    return notFound;
  }

  private file(method: string, name: string, body: Buffer, offset: number): Answer {
    if (method === "PUT") {
      this.uploads.set(name, body);
      return { status: 200 };
    }
    const [phase, id = ""] = name.split(".");
    const log = phase === "log-plan" ? this.runs.get(id)?.logs.plan : this.runs.get(id)?.logs.apply;
    const found = this.uploads.get(name) ?? (log === undefined ? undefined : Buffer.from(log));
    return found === undefined ? notFound : { status: 200, body: found.subarray(offset) };
  }

  private makeWorkspace({ data }: Document): Answer {
    const { name } = data.attributes ?? {};
    const workspace: Workspace = {
      id: this.id("ws"),
      attributes: { "execution-mode": "remote", ...data.attributes },
      relationships: data.relationships ?? {},
      variables: [],
      triggers: [],
      stateVersions: 0,
    };
    this.workspaces.set(name as string, workspace);
    return { status: 201, body: { data: this.shown(workspace) } };
  }

  private shown({ id, attributes, relationships }: Workspace) {
    const pool = attributes["agent-pool-id"];
    return {
      id,
      type: "workspaces",
      attributes: {
        ...attributes,
        operations: attributes["execution-mode"] !== "local",
        permissions: { "can-queue-run": true, "can-queue-apply": true, "can-lock": true, "can-update": true },
      },
      relationships: {
        ...relationships,
        organization: { data: { id: this.organization, type: "organizations" } },
        ...(pool === undefined ? {} : { "agent-pool": { data: { id: pool, type: "agent-pools" } } }),
      },
    };
  }

  private workspace(
    method: string,
    id: string,
    [part, last]: [string, string],
    json: () => Document,
  ): Answer {
    const workspace = [...this.workspaces.values()].find((each) => each.id === id);
    if (workspace === undefined) return notFound;
    if (part === "" && method === "PATCH") {
      const { attributes, relationships } = json().data;
      workspace.attributes = { ...workspace.attributes, ...attributes };
      workspace.relationships = { ...workspace.relationships, ...relationships };
    }
    if (part === "" || part === "actions") return ok(this.shown(workspace));
    if (part === "vars") return this.variable(workspace, method, last, json);
    if (part === "run-triggers") {
      if (method === "GET") return ok(workspace.triggers);
      const trigger = {
        id: this.id("rt"),
        type: "run-triggers",
        relationships: json().data.relationships,
      } as const;
      workspace.triggers.push(trigger);
      return { status: 201, body: { data: trigger } };
    }
    if (part === "configuration-versions") {
      const version = this.id("cv");
      const attributes = { status: "pending", "upload-url": `https://${this.host}/files/${version}` };
      return { status: 201, body: { data: { id: version, type: part, attributes } } };
    }
    if (part === "state-versions") {
      workspace.stateVersions += 1;
      const version = this.id("sv");
      return { status: 201, body: { data: this.stateVersion(`${version}.${id}`) } };
    }
    const state = workspace.state ?? this.uploadedState(id);
    if (state === undefined) return part === "runs" ? ok([]) : notFound;
    if (part === "current-state-version-outputs") {
      const { outputs } = JSON.parse(state.toString("utf8")) as {
        outputs: Record<string, { value: unknown }>;
      };
      const shown = Object.entries(outputs).map(([name, { value }]) => ({
        id: name,
        type: "state-version-outputs",
        attributes: { name, value, sensitive: false, type: "string" },
      }));
      return ok(shown);
    }
    if (part === "current-state-version") {
      this.uploads.set(`current.${id}`, state);
      return ok(this.stateVersion(`current.${id}`));
    }
    return part === "runs" ? ok([]) : notFound;
  }

  /** What Terraform itself uploaded last, in local runs. */
  private uploadedState(workspaceId: string): Buffer | undefined {
    const names = [...this.uploads.keys()].filter(
      (name) => /^sv-\d+\./.test(name) && name.endsWith(`.${workspaceId}`),
    );
    return this.uploads.get(names.at(-1) ?? "");
  }

  private variable(workspace: Workspace, method: string, id: string, json: () => Document): Answer {
    if (method === "GET") return ok(workspace.variables);
    const attributes = json().data.attributes ?? {};
    const known = workspace.variables.find((each) => each.id === id);
    if (known !== undefined) known.attributes = attributes;
    const variable = known ?? { id: this.id("var"), type: "vars" as const, attributes };
    if (known === undefined) workspace.variables.push(variable);
    return ok(variable);
  }

  private stateVersion(id: string) {
    const state = `https://${this.host}/files/${id}`;
    return {
      id,
      type: "state-versions",
      attributes: {
        serial: 1,
        status: "finalized",
        "resources-processed": true,
        "hosted-state-download-url": state,
        "hosted-state-upload-url": state,
        "hosted-json-state-upload-url": `https://${this.host}/files/json.${id}`,
      },
    };
  }

  private startRun({ data }: Document): Answer {
    const of = (name: string) => (data.relationships?.[name] as { data: { id: string } }).data.id;
    const workspace = [...this.workspaces.values()].find(({ id }) => id === of("workspace"));
    const files = this.uploads.get(of("configuration-version"));
    if (workspace === undefined || files === undefined) return notFound;
    const folder = mkdtempSync(join(tmpdir(), "istio-cdktf-hcp-run-"));
    this.folders.push(folder);
    const id = this.id("run");
    const started: Run = {
      id,
      workspace,
      folder,
      autoApply: data.attributes?.["auto-apply"] === true,
      status: "planning",
      hasChanges: false,
      logs: { plan: "", apply: "" },
    };
    this.runs.set(id, started);
    void this.carryOut(started, files);
    return { status: 201, body: { data: this.shownRun(started) } };
  }

  private async carryOut(started: Run, files: Buffer): Promise<void> {
    try {
      await this.plan(started, files);
      if (started.autoApply && started.status === "planned") await this.apply(started);
    } catch (error) {
      const phase = started.logs.plan === "" ? "plan" : "apply";
      started.logs[phase] = `\u0002${String(error)}\u0003`;
      started.status = "errored";
    }
  }

  private async plan(started: Run, files: Buffer): Promise<void> {
    const { folder, workspace } = started;
    writeFileSync(join(folder, "files.tar.gz"), files);
    await run("tar", ["-xzf", "files.tar.gz"], { cwd: folder });
    const file = join(folder, "cdk.tf.json");
    const stack = JSON.parse(readFileSync(file, "utf8")) as { terraform: Attributes };
    delete stack.terraform["cloud"];
    writeFileSync(file, JSON.stringify(stack));
    if (workspace.state !== undefined) writeFileSync(join(folder, "terraform.tfstate"), workspace.state);
    const said = await this.terraform(folder, ["plan", "-no-color", "-out=run.plan"]);
    started.logs.plan = `\u0002${said}\u0003`;
    started.hasChanges = !said.includes("No changes");
    started.status = started.hasChanges ? "planned" : "planned_and_finished";
  }

  private async apply(started: Run): Promise<void> {
    started.status = "applying";
    const { folder, workspace } = started;
    const said = await this.terraform(folder, ["apply", "-no-color", "run.plan"]);
    workspace.state = readFileSync(join(folder, "terraform.tfstate"));
    started.logs.apply = `\u0002${said}\u0003`;
    started.status = said.includes("Apply complete") ? "applied" : "errored";
  }

  private async terraform(folder: string, args: readonly string[]): Promise<string> {
    const environment = { PATH: process.env["PATH"], HOME: folder, CHECKPOINT_DISABLE: "1" };
    const options = { cwd: folder, environment };
    await run("terraform", ["init", "-input=false"], options).catch(() => undefined);
    return await run("terraform", args, options).catch((error: unknown) => String(error));
  }

  private run(id: string, part: string): Answer {
    const found = this.runs.get(id);
    if (found === undefined) return notFound;
    return part === "" ? ok(this.shownRun(found)) : ok([]);
  }

  private shownRun({ id, status, hasChanges, autoApply, workspace }: Run) {
    const plans = { "can-apply": true, "can-cancel": true, "can-discard": true };
    return {
      id,
      type: "runs",
      attributes: {
        status,
        "has-changes": hasChanges,
        "auto-apply": autoApply,
        "plan-only": false,
        actions: { "is-confirmable": status === "planned", "is-cancelable": true, "is-discardable": true },
        permissions: plans,
      },
      relationships: {
        plan: { data: { id: `plan.${id}`, type: "plans" } },
        apply: { data: { id: `apply.${id}`, type: "applies" } },
        workspace: { data: { id: workspace.id, type: "workspaces" } },
      },
    };
  }

  private phase(kind: "plans" | "applies", id: string): Answer {
    const name = kind === "plans" ? "plan" : "apply";
    const found = this.runs.get(id.slice(name.length + 1));
    if (found === undefined) return notFound;
    const done = found.logs[name] !== "";
    const attributes = {
      status: done ? "finished" : "running",
      "has-changes": found.hasChanges,
      "log-read-url": `https://${this.host}/files/log-${name}.${found.id}`,
    };
    return ok({ id, type: kind, attributes });
  }
}
