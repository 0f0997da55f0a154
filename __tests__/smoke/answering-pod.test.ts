import { expect, test } from "vitest";
import { answeringPod, workloadByPodName } from "../../smoke/checks/answering-pod";
import type { HttpAnswer } from "../../smoke/probes/http-probe";

const answer = (body: string, headers: HttpAnswer["headers"] = {}): HttpAnswer => ({
  kind: "answer",
  status: 200,
  headers,
  body,
  truncated: false,
  durationMs: 1,
});

test.each([
  [
    "a line of Istio's echo server",
    answer("StatusCode=200\nHostname=reviews-v1-5f7c9d8b6c-x2x4z\n"),
    "reviews-v1-5f7c9d8b6c-x2x4z",
  ],
  [
    "Bookinfo's reviews",
    answer('{"id":"0","podname":"reviews-v2-5f7c9d8b6c-x2x4z","reviews":[]}'),
    "reviews-v2-5f7c9d8b6c-x2x4z",
  ],
  ["podinfo", answer('{"hostname":"podinfo-7d9f8c6b5b-2zq7k","version":"6.9"}'), "podinfo-7d9f8c6b5b-2zq7k"],
  ["a header", answer("<html>", { "x-pod-name": "cart-0" }), "cart-0"],
  ["a page that quotes a pod", answer("<p>reviews-v1-5f7c9d8b6c-x2x4z</p>"), undefined],
  ["JSON that is cut off", answer('{"podname":"reviews'), undefined],
  ["JSON of another type", answer('{"podname":7}'), undefined],
  ["JSON that is a page by its type", answer('{"podname":"a"}', { "content-type": "text/html" }), undefined],
  ["what is no name", answer("Hostname=A_b\n"), undefined],
  ["what holds an escape sequence", answer('{"podname":"a\\u001b[2J"}'), undefined],
])("%s names its pod, or none", (_, one, pod) => {
  expect(answeringPod(one)).toBe(pod);
});

test.each([
  ["reviews-v1-5f7c9d8b6c-x2x4z", [], "reviews-v1"],
  ["cart-0", [], "cart"],
  ["agent-x2x4z", [], "agent"],
  ["standalone", [], "standalone"],
  ["reviews-v1-5f7c9d8b6c-x2x4z", ["reviews", "reviews-v1"], "reviews-v1"],
  ["web-0-5f7c9d8b6c-x2x4z", ["web-0"], "web-0"],
  ["web-0", ["web-0"], "web"],
  ["reviews-v1", ["reviews"], "reviews-v1"],
] as const)("pod %s, where %j are expected, is of %s", (pod, expected, workload) => {
  expect(workloadByPodName(pod, expected)).toBe(workload);
});
