import { setTimeout as delay } from "node:timers/promises";

import { type ApiClient } from "./client";
import { keyOf, type KubernetesObject } from "./objects";

type Change<T> = (object: T, change: "present" | "gone") => void;

/**
 * Follows all objects of one kind and keeps the newest version of each.
 *
 * A watch that ends, as when the API server restarts, begins again with a list, so that nothing is missed.
 */
export class Watch<T extends KubernetesObject> {
  readonly objects = new Map<string, T>();
  private readonly api: ApiClient;
  private readonly path: string;
  private readonly onChange: Change<T>;

  constructor(api: ApiClient, path: string, onChange: Change<T>) {
    this.api = api;
    this.path = path;
    this.onChange = onChange;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.follow(await this.relist(), signal);
      } catch {
        // The server is away or has forgotten this version: list again.
        await delay(200, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async relist(): Promise<string> {
    const list = await this.api.get<{ metadata: { resourceVersion: string }; items: T[] }>(this.path);
    const present = new Set(list.items.map(keyOf));
    for (const [key, object] of this.objects) if (!present.has(key)) this.forget(object);
    for (const object of list.items) this.remember(object);
    return list.metadata.resourceVersion;
  }

  private async follow(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`;
    const ended = new AbortController();
    const onLine = (line: string) => {
      if (line.trim() === "") return;
      const event = JSON.parse(line) as { type: string; object: T };
      if (event.type === "DELETED") this.forget(event.object);
      else if (event.type === "ADDED" || event.type === "MODIFIED") this.remember(event.object);
      else if (event.type === "ERROR") ended.abort();
    };
    await this.api.stream(`${this.path}?${query}`, onLine, AbortSignal.any([signal, ended.signal]));
  }

  private remember(object: T): void {
    this.objects.set(keyOf(object), object);
    this.onChange(object, "present");
  }

  private forget(object: T): void {
    this.objects.delete(keyOf(object));
    this.onChange(object, "gone");
  }
}
