import { request as requestHttp } from "node:http";
import { request as requestHttps, type RequestOptions } from "node:https";
import { InputError } from "../outputs/input-error";
import { podExec, type PodExec } from "./pod-exec";
import { readText, type ApiAnswer, type ApiRequest, type KubernetesApi } from "./kubernetes-api";

export interface KubeconfigOptions {
  /** File. @default KUBECONFIG or ~/.kube/config */
  readonly kubeconfig?: string;
  /** @default the kubeconfig's current context */
  readonly context?: string;
}

/** The API, and commands in its pods. */
export interface OpenedKubeconfig extends KubernetesApi {
  /** Loaded only where it is used. */
  exec(): Promise<PodExec>;
}

const answerLimitBytes = 32 * 1024 * 1024;

async function loadKubeconfig({ kubeconfig, context }: KubeconfigOptions) {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  const shown = kubeconfig ?? "the default kubeconfig";
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    throw new InputError(`${shown} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const names = config.getContexts().map(({ name }) => name);
  if (context !== undefined && !names.includes(context)) {
    throw new InputError(`${shown} has no context '${context}'; it has ${names.join(", ") || "none"}`);
  }
  if (context !== undefined) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new InputError(
      `${shown} has no current context; choose one with --context: ${names.join(", ") || "none"}`,
    );
  }
  return { config, server: cluster.server.replace(/\/+$/, "") };
}

/** The message of an error, and whether the API server itself speaks. */
function readError(text: string): { message: string; isStatus: boolean } {
  try {
    const { kind, message } = JSON.parse(text) as { kind?: string; message?: string };
    return { message: message ?? text, isStatus: kind === "Status" };
  } catch {
    // So API servers wrote that they do not reach a pod, before they did it in a Status.
    return { message: text.trim(), isStatus: /^(Error: '|error trying to reach service)/.test(text) };
  }
}

/** Errors of the connection and of the exec plugin, without stack. */
function unreachable(error: unknown): ApiAnswer {
  const { code, message } = error as NodeJS.ErrnoException;
  // Most messages of the system say the code themselves.
  const isSaid = code === undefined || code === "ERR_BAD_REQUEST" || message.includes(code);
  return { kind: "unreachable", detail: isSaid ? message : `${code} ${message}` };
}

/**
 * Connects to the cluster of a kubeconfig, with every way of authentication that client-node knows.
 *
 * @throws InputError when the kubeconfig or the context is missing.
 */
export async function openKubeconfig(
  options: KubeconfigOptions,
  timeoutMs: number,
): Promise<OpenedKubeconfig> {
  const { config, server } = await loadKubeconfig(options);

  async function authenticated(accept: string): Promise<RequestOptions> {
    const base: RequestOptions = { headers: { accept } };
    await config.applyToHTTPSOptions(base as Parameters<typeof config.applyToHTTPSOptions>[0]);
    return base;
  }

  async function send({
    method = "GET",
    path,
    body,
    accept = "application/json",
  }: ApiRequest): Promise<ApiAnswer> {
    const base = await authenticated(accept);
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const url = `${server}${path}`;
      const start = url.startsWith("https:") ? requestHttps : requestHttp;
      const headers = {
        ...base.headers,
        ...(payload === undefined ? {} : { "content-type": "application/json" }),
      };
      const signal = AbortSignal.timeout(timeoutMs);
      const request = start(url, { ...base, method, headers, signal }, (response) => {
        readText(response, answerLimitBytes)
          .then((text) => {
            const status = response.statusCode ?? 0;
            if (status >= 400) {
              const { message, isStatus } = readError(text);
              const isProxied = path.includes("/proxy/") && !isStatus;
              return resolve({ kind: "error", status, message, isProxied });
            }
            const isJson = (response.headers["content-type"] ?? "").includes("json");
            const date = new Date(response.headers.date ?? Date.now());
            resolve({
              kind: "ok",
              body: isJson && !path.includes("/proxy/") ? JSON.parse(text) : text,
              date,
            });
          })
          .catch(reject);
      });
      request.once("error", (error) => {
        reject(signal.aborted ? new Error(`no answer in ${timeoutMs} ms`) : error);
      });
      request.end(payload);
    });
  }

  return { server, request: (request) => send(request).catch(unreachable), exec: () => podExec(config) };
}
