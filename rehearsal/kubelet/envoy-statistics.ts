/** What Envoy counts of the connections to its listeners, and of the requests of its connection managers. */
const kept = ["listener.0.0.0.0_15006.", "http.inbound_", "http.outbound_", "tcp."];

/**
 * Envoy's bootstrap, which keeps Envoy's own counters of traffic. Istio drops them, for its filter istio.stats counts
 * more; stock Envoy lacks that filter, and would count nothing.
 *
 * @param template Istio's template, which pilot-agent fills in
 */
export function keepTrafficStatistics(template: string): string {
  const list = /("stats_matcher": \{\s*"inclusion_list": \{\s*"patterns": \[)/;
  if (!list.test(template)) {
    throw new Error("Istio's bootstrap template has no stats_matcher in the form that is known");
  }
  const patterns = kept.map((prefix) => `${JSON.stringify({ prefix })},`).join("");
  return template.replace(list, (head) => `${head}${patterns}`);
}
