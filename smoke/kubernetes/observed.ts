import type { ApiAnswer, KubernetesApi } from "./kubernetes-api";
import { skipped, type Verdict } from "../verdict";

/** An object as far as this user may see it. */
export type Observed<T> =
  | { readonly kind: "seen"; readonly value: T }
  | { readonly kind: "absent" }
  /** Not allowed, or the API server failed. */
  | { readonly kind: "unknown"; readonly why: string };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @param read returns undefined for what the API would not answer */
function observe<T>(answer: ApiAnswer, read: (body: unknown) => T | undefined): Observed<T> {
  switch (answer.kind) {
    case "ok": {
      const value = read(answer.body);
      return value === undefined
        ? { kind: "unknown", why: "the answer is not one of the Kubernetes API" }
        : { kind: "seen", value };
    }
    case "error":
      return answer.status === 404 ? { kind: "absent" } : { kind: "unknown", why: answer.message };
    case "unreachable":
      return { kind: "unknown", why: answer.detail };
  }
}

/** Reads one object. */
export async function getObject<T>(api: KubernetesApi, path: string): Promise<Observed<T>> {
  return observe(await api.request({ path }), (body) => (isObject(body) ? (body as T) : undefined));
}

/** Reads a list; `absent` means that the API has no such kind. */
export async function getList<T>(
  api: KubernetesApi,
  path: string,
  query: Readonly<Record<string, string>> = {},
  accept?: string,
): Promise<Observed<readonly T[]>> {
  const search = new URLSearchParams(query).toString();
  const answer = await api.request({
    path: search === "" ? path : `${path}?${search}`,
    ...(accept === undefined ? {} : { accept }),
  });
  return observe(answer, (body) => {
    if (!isObject(body)) return undefined;
    // An empty list may be null.
    const items = body["items"] ?? [];
    return Array.isArray(items) && items.every(isObject) ? (items as T[]) : undefined;
  });
}

/** The items of a list, none when it cannot be read. */
export function itemsOf<T>(list: Observed<readonly T[]>): readonly T[] {
  return list.kind === "seen" ? list.value : [];
}

/** The verdict when this user may not look. */
export function notAllowed(what: string, why: string): Verdict {
  return skipped(`${what} cannot be read: ${why}`);
}

export function labelSelector(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
