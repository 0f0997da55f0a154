import { type ApiClient, ApiError } from "../api/client";
import { type Pod } from "../api/objects";
import { WorkQueue } from "../api/work-queue";

/**
 * Writes one pod's status, one version after the other, so that the newest is what stays.
 *
 * What the API server does not take is written again until it does.
 */
export class PodStatusWriter {
  private readonly queue: WorkQueue<{ readonly text: string }>;
  private last = "";

  constructor(
    private readonly api: Pick<ApiClient, "patch">,
    private readonly pod: Pod,
    options: {
      readonly onProblem: (message: string) => void;
      readonly signal: AbortSignal;
      readonly pause?: (failures: number) => Promise<void>;
    },
  ) {
    const { onProblem, ...rest } = options;
    this.queue = new WorkQueue({
      ...rest,
      handle: ({ text }) => this.send(text),
      onProblem: (_, message) => {
        onProblem(message);
      },
    });
  }

  write(status: object): void {
    this.queue.put(this.pod.metadata.uid, { text: JSON.stringify(status) });
  }

  /** Resolves when nothing is left to write. */
  async written(): Promise<void> {
    await this.queue.idle();
  }

  private async send(text: string): Promise<void> {
    if (text === this.last) return;
    const { namespace = "default", name, uid } = this.pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
    try {
      await this.api.patch(
        path,
        { metadata: { uid }, status: JSON.parse(text) as object },
        "strategic-merge",
      );
    } catch (error) {
      // It has gone, or another one has its name now.
      if (error instanceof ApiError && [404, 409].includes(error.statusCode)) return;
      throw error;
    }
    this.last = text;
  }
}
