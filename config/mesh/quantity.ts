/** Millicores of a CPU quantity: 500 of `500m`, 2000 of `2`. */
export function cpuMillicores(quantity: string): number {
  return quantity.endsWith("m") ? Number(quantity.slice(0, -1)) : Number(quantity) * 1000;
}

const mebibytes: Readonly<Record<string, number>> = { Ki: 1 / 1024, Mi: 1, Gi: 1024, Ti: 1024 ** 2 };

/** Mebibytes of a memory quantity: 2048 of `2Gi`. */
export function memoryMebibytes(quantity: string): number {
  return Number(quantity.slice(0, -2)) * (mebibytes[quantity.slice(-2)] ?? 1);
}
