import { faults, type FaultName } from "../../../smoke/faults/catalogue";
import { decideCertificates } from "../../../smoke/kubernetes/certificates";
import { decideGateway } from "../../../smoke/kubernetes/gateway-pods";
import type { Deployment, Pod } from "../../../smoke/kubernetes/objects";
import { decideRefusedPods } from "../../../smoke/kubernetes/refused-pods";
import { layerNames, layerTitles } from "../../../smoke/layer-name";
import type { Verdict } from "../../../smoke/verdict";

/** The end of a smoke test's report, as a page quotes it. */
export interface QuotedFinding {
  readonly place: string;
  readonly title: string;
  readonly got: string;
  readonly next: string;
  readonly fault: string;
}

/** Every finding that a page quotes. */
export function findingsQuotedIn(markdown: string): readonly QuotedFinding[] {
  const quoted =
    /^(\S.*?): (.+) \((?:failed|pending) after [^)]+\)\n {2}tried {6}.+\n {2}came back {2}(.+)\n {2}next {7}(.+)\n {2}more {7}docs\/smoke\.md, (\S+)$/gm;
  return [...markdown.matchAll(quoted)].map(
    ([, place = "", title = "", got = "", next = "", fault = ""]) => ({
      ...{ place, title, got, next, fault },
    }),
  );
}

const isFault = (name: string): name is FaultName => Object.hasOwn(faults, name);

/** What of a quoted finding the smoke test does not say. */
export function unsaidIn({ place, title, got, next, fault }: QuotedFinding): readonly string[] {
  if (!isFault(fault)) return [`no fault is called ${fault}`];
  const places: readonly string[] = layerNames.map((name) => layerTitles[name]);
  return [
    ...(places.includes(place) ? [] : [`no layer is called ${place}`]),
    ...(faults[fault].title === title ? [] : [`${fault} is titled ${faults[fault].title}, not ${title}`]),
    ...(nextStepsOf(fault, { got, next }).includes(next) ? [] : [`${fault} does not advise: ${next}`]),
  ];
}

/** What the smoke test advises: the fault's own words, or those that follow from what it saw. */
function nextStepsOf(fault: FaultName, quoted: Pick<QuotedFinding, "got" | "next">): readonly string[] {
  const verdict = judgedAgain(fault, quoted);
  return [faults[fault].next, ...(verdict?.status === "failed" ? [verdict.next] : [])];
}

/** The judge's verdict on what a page says that came back, where its advice is made of that. */
function judgedAgain(
  fault: FaultName,
  { got, next }: Pick<QuotedFinding, "got" | "next">,
): Verdict | undefined {
  const none = { kind: "seen", value: [] } as const;
  const bare = { selector: {}, template: { spec: { containers: [] } } };
  if (fault === "pods-refused") {
    const [, namespace = "", name = "", message = ""] = /^([^/]+)\/([^:]+): (.*)$/.exec(got) ?? [];
    const conditions = [{ type: "ReplicaFailure", status: "True", message }];
    const deployment: Deployment = { metadata: { namespace, name }, spec: bare, status: { conditions } };
    return decideRefusedPods([namespace], [{ kind: "seen", value: [deployment] }]);
  }
  if (fault === "gateway-image-auto") {
    const names = [...got.replace("image 'auto' in ", "").matchAll(/([^/ ]+)\/([^, ]+)/g)];
    const pods = names.map(([, namespace = "", name = ""]): Pod => ({
      metadata: { namespace, name },
      spec: { containers: [{ name: "istio-proxy", image: "auto" }] },
    }));
    const deployment: Deployment = { metadata: { name: "" }, spec: bare };
    const seen = { kind: "seen", value: deployment } as const;
    return decideGateway({ name: "", deployment: seen, pods: { kind: "seen", value: pods }, events: none });
  }
  if (fault === "issuer-not-ready" && got === "not found") {
    const [, namespace = "", name = ""] = /issuer of (\S+)\/(\S+)$/.exec(next) ?? [];
    const certificate = { metadata: { namespace, name }, spec: { issuerRef: { name: "ca" } } };
    const others = { issuers: none, clusterIssuers: none, orders: none, challenges: none };
    const certificates = { kind: "seen", value: [certificate] } as const;
    return decideCertificates({ namespace, certificates, ...others }, new Date())[0]?.[1];
  }
  return undefined;
}
