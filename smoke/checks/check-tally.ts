import type { Check } from "../../contract/checks";
import { isFromEnvoy, isFromWorkload, quote, senderOf } from "../layers/http-answer";
import type { HttpAnswer, HttpObservation } from "../probes/http-probe";
import { answeringPod } from "./answering-pod";
import { answerProblem, type AnswerProblem } from "./answer-problem";

/** How a connection ends that somebody refuses, as opposed to one that nobody takes. */
function isRefusal(observation: Exclude<HttpObservation, HttpAnswer>): boolean {
  switch (observation.kind) {
    case "connect-failed":
      return observation.detail === "refused";
    case "reset":
    case "closed":
    case "closed-mid-header":
    case "tls-failed":
      return true;
    case "silent":
    case "dribbles":
    case "closed-mid-body":
    case "header-too-long":
    case "not-http":
    case "failed":
      return false;
  }
}

/** Who wrote an answer, as far as its headers tell. */
export function writerOf(answer: HttpAnswer): string {
  // Envoy adds the time that an upstream took; an answer of its own has none.
  if (isFromWorkload(answer)) {
    return /^RBAC: access denied/.test(answer.body) ? "from the workload's sidecar" : "from behind Envoy";
  }
  return isFromEnvoy(answer) || answer.headers.server === "envoy"
    ? "from Envoy itself"
    : `not from Envoy (${senderOf(answer)})`;
}

/** Bodies may differ from answer to answer: status and writer make the kind. */
function kindOf(observation: HttpObservation): string {
  if (observation.kind !== "answer") return `no answer: ${observation.kind} (${observation.detail})`;
  return `${observation.status} ${writerOf(observation)}`;
}

/** Kinds of what came back that are kept apart; a server could invent endlessly many. */
const mostKinds = 20;

/** What is shown of a set of observations that are described alike. */
export interface SeenKind {
  readonly count: number;
  readonly text: string;
  /** One of them. */
  readonly example: HttpObservation;
}

interface ProblemCount extends AnswerProblem {
  count: number;
}

/** Adds up what the requests of one check came to, at a fixed size. */
export class CheckTally {
  sent = 0;
  answers = 0;
  refusals = 0;
  /** By the pod that an answer names. */
  readonly pods = new Map<string, number>();
  readonly statuses = new Map<number, number>();
  private readonly kinds = new Map<string, { count: number; text: string; example: HttpObservation }>();
  private readonly problemCounts = new Map<string, ProblemCount>();
  private readonly latencies: number[] = [];

  constructor(
    private readonly expect: Check["expect"],
    private readonly url: string,
  ) {}

  add(observation: HttpObservation): void {
    this.sent++;
    this.latencies.push(observation.durationMs);
    this.see(observation);
    if (observation.kind !== "answer") {
      if (isRefusal(observation)) this.refusals++;
      return;
    }
    this.answers++;
    this.statuses.set(observation.status, (this.statuses.get(observation.status) ?? 0) + 1);
    const pod = answeringPod(observation);
    if (pod !== undefined) this.pods.set(pod, (this.pods.get(pod) ?? 0) + 1);
    if (this.expect.connection === "refused") return;
    const problem = answerProblem(this.expect, observation, this.url);
    if (problem === undefined) return;
    // Times differ from answer to answer.
    const key = problem.kind === "time" ? "time" : problem.text;
    const known = this.problemCounts.get(key);
    if (known !== undefined) known.count++;
    else if (this.problemCounts.size < mostKinds) this.problemCounts.set(key, { ...problem, count: 1 });
  }

  private see(observation: HttpObservation): void {
    const kind = kindOf(observation);
    const known = this.kinds.get(kind);
    if (known !== undefined) known.count++;
    else if (this.kinds.size < mostKinds) {
      const text = observation.kind === "answer" ? `${kind}, ${quote(observation.body)}` : kind;
      this.kinds.set(kind, { count: 1, text, example: observation });
    }
  }

  /** Problems of answers, the most frequent first, those of time last. */
  get problems(): readonly Readonly<ProblemCount>[] {
    const order = ({ kind }: ProblemCount) => (kind === "answer" ? 0 : 1);
    return [...this.problemCounts.values()].sort(
      (one, other) => order(one) - order(other) || other.count - one.count,
    );
  }

  /** What came back, the most frequent first. */
  get seen(): readonly SeenKind[] {
    return [...this.kinds.values()].sort((one, other) => other.count - one.count);
  }

  /** Milliseconds that this share of the requests did not exceed. */
  percentile(share: number): number {
    const sorted = [...this.latencies].sort((one, other) => one - other);
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  }
}
