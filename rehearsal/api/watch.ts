import { setTimeout as delay } from "node:timers/promises";

import { type z } from "zod";

import { type ApiClient } from "./client";
import { keyOf, kubernetesObject, type KubernetesObject, parseJson } from "./objects";

export interface WatchOptions<T extends KubernetesObject> {
  readonly api: Pick<ApiClient, "get" | "stream">;
  /** The collection's path, such as `/api/v1/pods`. */
  readonly path: string;
  readonly read: z.ZodType<T>;
  readonly onChange: (object: T, change: "present" | "gone") => void;
  /** Told of an object that could not be read or handled; the others go on. */
  readonly onProblem: (message: string) => void;
  /** How long to wait before a list that follows a watch which ended. */
  readonly pauseMilliseconds?: number;
}

const defaultPauseMilliseconds = 200;

/**
 * Follows all objects of one kind and keeps the newest version of each.
 *
 * A watch that ends, as when the API server restarts, begins again with a list, so that nothing is missed. An object
 * that was deleted and made again between two looks is gone first and then present.
 */
export class Watch<T extends KubernetesObject> {
  readonly objects = new Map<string, T>();

  constructor(private readonly options: WatchOptions<T>) {}

  async run(signal: AbortSignal): Promise<void> {
    const { pauseMilliseconds = defaultPauseMilliseconds } = this.options;
    while (!signal.aborted) {
      try {
        await this.follow(await this.relist(), signal);
      } catch {
        // The server is away or has forgotten this version: list again.
      }
      await delay(pauseMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }

  private async relist(): Promise<string> {
    const { api, path } = this.options;
    const answer = await api.get<{ metadata: { resourceVersion: string }; items?: unknown[] }>(path);
    const items = (answer.items ?? []).map((item) => ({ item, key: keyOfUnread(item) }));
    const present = new Set(items.map(({ key }) => key));
    for (const [key, object] of this.objects) if (!present.has(key)) this.forget(object);
    for (const { item } of items) this.remember(item);
    return answer.metadata.resourceVersion;
  }

  private async follow(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { api, path } = this.options;
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`;
    const ended = new AbortController();
    const onLine = (line: string) => {
      if (line.trim() === "") return;
      const event = readEvent(line);
      switch (event?.type) {
        case "ADDED":
        case "MODIFIED":
          this.remember(event.object);
          return;
        case "DELETED":
          this.forget(event.object);
          return;
        case "BOOKMARK":
          return;
        default:
          // ERROR, or what is no event at all.
          ended.abort();
      }
    };
    await api.stream(`${path}?${query}`, onLine, AbortSignal.any([signal, ended.signal]));
  }

  private remember(item: unknown): void {
    const object = this.read(item);
    if (object === undefined) return;
    const key = keyOf(object);
    const before = this.objects.get(key);
    if (before !== undefined && before.metadata.uid !== object.metadata.uid) this.tell(before, "gone");
    this.objects.set(key, object);
    this.tell(object, "present");
  }

  private forget(item: unknown): void {
    // What can no longer be read was known by its last version that could.
    const object = this.read(item) ?? this.objects.get(keyOfUnread(item) ?? "");
    if (object === undefined) return;
    this.objects.delete(keyOf(object));
    this.tell(object, "gone");
  }

  private read(item: unknown): T | undefined {
    const result = this.options.read.safeParse(item);
    if (result.success) return result.data;
    const faults = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    const { onProblem, path } = this.options;
    onProblem(`${path}: ${keyOfUnread(item) ?? "an object"} cannot be read (${faults.join("; ")})`);
    return undefined;
  }

  private tell(object: T, change: "present" | "gone"): void {
    const { onChange, onProblem, path } = this.options;
    try {
      onChange(object, change);
    } catch (error) {
      onProblem(`${path}: ${keyOf(object)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function keyOfUnread(item: unknown): string | undefined {
  const { data } = kubernetesObject.safeParse(item);
  return data === undefined ? undefined : keyOf(data);
}

function readEvent(line: string): { readonly type: unknown; readonly object?: unknown } | undefined {
  try {
    const event = parseJson(line);
    return typeof event === "object" && event !== null && "type" in event ? event : undefined;
  } catch {
    return undefined;
  }
}
