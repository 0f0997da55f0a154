/** One simulated load balancer: what was made for which Service, and whether it was taken down again. */
export interface LedgerEntry {
  /** `namespace/name`. */
  readonly service: string;
  readonly uid: string;
  readonly kind: "nlb" | "azure-lb" | "address";
  readonly name: string;
  readonly address: string;
  readonly createdAt: string;
  readonly deletedAt?: string;
}

/** Counts the load balancers of a rehearsal, as a cloud's bill would. */
export class Ledger {
  private readonly byService = new Map<string, LedgerEntry>();
  private readonly past: LedgerEntry[] = [];

  constructor(private readonly now: () => Date) {}

  find(service: string): LedgerEntry | undefined {
    return this.byService.get(service);
  }

  open(entry: Omit<LedgerEntry, "createdAt" | "deletedAt">): void {
    this.byService.set(entry.service, { ...entry, createdAt: this.now().toISOString() });
  }

  close(service: string): void {
    const entry = this.byService.get(service);
    if (entry === undefined) return;
    this.byService.delete(service);
    this.past.push({ ...entry, deletedAt: this.now().toISOString() });
  }

  /** Load balancers that exist. */
  get current(): readonly LedgerEntry[] {
    return [...this.byService.values()];
  }

  /** All load balancers of the rehearsal, in the order in which they were made. */
  get all(): readonly LedgerEntry[] {
    return [...this.past, ...this.current].sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  }
}
