import { expect, test } from "vitest";
import { requestsToTell, shareInterval } from "../../contract/share-interval";

/** Probability of at most `count` of `requests`, term by term. */
function cumulated(share: number, requests: number, count: number): number {
  let sum = 0;
  for (let k = 0; k <= count; k++) {
    let term = share ** k * (1 - share) ** (requests - k);
    for (let i = 0; i < k; i++) term *= (requests - i) / (k - i);
    sum += term;
  }
  return sum;
}

test.each([
  [0.5, 100],
  [0.5, 11],
  [0.1, 200],
  [0.9, 200],
  [0.333, 300],
])("the interval of a share of %d in %d requests holds 99.9 %% and no count too many", (share, requests) => {
  const { atLeast, atMost } = shareInterval(share, requests);
  expect(cumulated(share, requests, atLeast - 1)).toBeLessThan(0.0005);
  expect(cumulated(share, requests, atLeast)).toBeGreaterThanOrEqual(0.0005);
  expect(cumulated(share, requests, atMost)).toBeGreaterThanOrEqual(0.9995);
  expect(cumulated(share, requests, atMost - 1)).toBeLessThan(0.9995);
});

test("half of a thousand requests is 448 to 552 of them", () => {
  expect(shareInterval(0.5, 1000)).toEqual({ atLeast: 448, atMost: 552 });
});

test("the interval lies round the share for as many requests as a check may have", () => {
  for (const share of [0.001, 0.01, 0.5, 0.99, 0.999]) {
    const { atLeast, atMost } = shareInterval(share, 10_000);
    const deviation = Math.sqrt(10_000 * share * (1 - share));
    expect(atLeast).toBeGreaterThan(10_000 * share - 4 * deviation - 1);
    expect(atLeast).toBeLessThan(10_000 * share - 2.5 * deviation);
    expect(atMost).toBeLessThan(10_000 * share + 4 * deviation + 3);
    expect(atMost).toBeGreaterThan(10_000 * share + 2.5 * deviation);
  }
});

test("nothing and everything leave no room", () => {
  expect(shareInterval(0, 50)).toEqual({ atLeast: 0, atMost: 0 });
  expect(shareInterval(1, 50)).toEqual({ atLeast: 50, atMost: 50 });
});

test.each([0.5, 0.1, 0.01, 0.95])(
  "from the least number of requests on, a share of %d is told from none",
  (share) => {
    const least = requestsToTell(share);
    const tells = (requests: number) => {
      const { atLeast, atMost } = shareInterval(share, requests);
      return atLeast > 0 && atMost < requests;
    };
    expect(tells(least)).toBe(true);
    expect(tells(least - 1)).toBe(false);
  },
);
