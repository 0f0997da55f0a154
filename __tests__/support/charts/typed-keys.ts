/** What a test sets a key to, beside values under which the chart looks at it. */
export interface Change {
  readonly value: unknown;
  /** @default none */
  readonly given?: object;
  /**
   * What in the rendered manifests reads the key later, such as the template that istiod injects.
   *
   * @default nothing: the manifests themselves change
   */
  readonly readLaterAs?: string;
}

/** Dotted paths of all keys of a chart's typed values; lists and free maps count as one key. */
export type KeyPath<T> = {
  [K in keyof T & string]-?: IsLeaf<NonNullable<T[K]>> extends true
    ? K
    : `${K}.${KeyPath<NonNullable<T[K]>>}`;
}[keyof T & string];

type IsLeaf<T> = T extends readonly unknown[] | string | number | boolean
  ? true
  : string extends keyof T
    ? true
    : false;

/** One change for each typed key: a key without one does not compile. */
export type Changes<T> = Readonly<Record<KeyPath<T>, Change>>;

/** Values with one key set. */
export function withKey(given: object, path: string, value: unknown): object {
  const [step = "", ...rest] = path.split(".");
  const map = given as Readonly<Record<string, object | undefined>>;
  return { ...map, [step]: rest.length === 0 ? value : withKey(map[step] ?? {}, rest.join("."), value) };
}
