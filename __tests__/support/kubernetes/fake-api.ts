/** A request that changes something. */
export interface Change {
  readonly method: "PATCH" | "DELETE" | "POST";
  readonly path: string;
  readonly body: unknown;
}

/** An API server that lists what it is given and whose watches tell what the test says. */
export class FakeApi {
  readonly changes: Change[] = [];
  readonly lists = new Map<string, unknown[]>();
  /** Called before a change is taken; what it throws is the answer. */
  onChange: (change: Change) => void | Promise<void> = () => undefined;
  private readonly streams = new Map<string, (line: string) => void>();
  private readonly waiting = new Map<string, () => void>();

  get<T>(path: string): Promise<T> {
    const items = this.lists.get(path) ?? [];
    return Promise.resolve({ metadata: { resourceVersion: "1" }, items } as T);
  }

  stream(path: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
    const collection = path.split("?")[0] ?? path;
    this.streams.set(collection, onLine);
    this.waiting.get(collection)?.();
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => {
        this.streams.delete(collection);
        resolve();
      });
    });
  }

  async patch<T>(path: string, body: unknown): Promise<T> {
    await this.change({ method: "PATCH", path, body });
    return {} as T;
  }

  async create<T>(path: string, body: unknown): Promise<T> {
    await this.change({ method: "POST", path, body });
    return {} as T;
  }

  async delete(path: string, body?: unknown): Promise<void> {
    await this.change({ method: "DELETE", path, body });
  }

  /** Sends a line to whoever watches a collection, once somebody does. */
  async send(collection: string, line: string): Promise<void> {
    if (!this.streams.has(collection)) {
      await new Promise<void>((resolve) => this.waiting.set(collection, resolve));
      this.waiting.delete(collection);
    }
    this.streams.get(collection)?.(line);
  }

  async tell(collection: string, type: string, object: unknown): Promise<void> {
    await this.send(collection, JSON.stringify({ type, object }));
  }

  private async change(change: Change): Promise<void> {
    this.changes.push(change);
    await this.onChange(change);
  }
}
