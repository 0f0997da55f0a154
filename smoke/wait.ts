/** Bounds of the pauses between tries. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly factor: number;
}

export const defaultBackoff: Backoff = { firstMs: 500, maxMs: 10_000, factor: 1.7 };

/**
 * The pause before the next try, between half of the exponential step and all of it.
 *
 * @param attempt - tries so far, from 1.
 * @param random - a number in [0, 1): several pipelines that wait for one gateway do not ask in step.
 */
export function pauseMs(attempt: number, random: number, backoff: Backoff = defaultBackoff): number {
  const step = Math.min(backoff.maxMs, backoff.firstMs * backoff.factor ** (attempt - 1));
  return step / 2 + (step / 2) * random;
}
