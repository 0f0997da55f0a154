/** Probability that an honest split falls outside of its interval. */
export const falseAlarm = 0.001;

/** Counts that a share of requests may have, both ends included. */
export interface ShareInterval {
  readonly atLeast: number;
  readonly atMost: number;
}

/**
 * The central 99.9 % interval of a binomial count: how often a destination that gets `share` of the requests is
 * chosen in `requests` independent ones.
 *
 * @param share from 0 to 1
 */
export function shareInterval(share: number, requests: number): ShareInterval {
  if (share <= 0) return { atLeast: 0, atMost: 0 };
  if (share >= 1) return { atLeast: requests, atMost: requests };
  const odds = Math.log(share) - Math.log1p(-share);
  // Sums of logarithms: (1 - share) to the power of 10,000 is no number any more.
  let logProbability = requests * Math.log1p(-share);
  let cumulated = 0;
  let atLeast: number | undefined;
  for (let count = 0; count <= requests; count++) {
    cumulated += Math.exp(logProbability);
    if (cumulated >= falseAlarm / 2) atLeast ??= count;
    if (cumulated >= 1 - falseAlarm / 2) return { atLeast: atLeast ?? count, atMost: count };
    logProbability += odds + Math.log(requests - count) - Math.log(count + 1);
  }
  return { atLeast: atLeast ?? requests, atMost: requests };
}

/** Requests from which on the interval of a share tells it from "never" and from "always". */
export function requestsToTell(share: number): number {
  return Math.ceil(Math.log(falseAlarm / 2) / Math.log(Math.max(share, 1 - share)));
}
