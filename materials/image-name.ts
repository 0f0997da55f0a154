/** The parts of an image's name. */
export interface ImageName {
  /** Host of the registry, such as `docker.io`. */
  readonly registry: string;
  /** Path in the registry, such as `istio/pilot`. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Reads the name of an image as a container runtime does: without a host it is Docker Hub's. */
export function parseImageName(name: string): ImageName {
  const [, path = name, tag, digest] = /^(.+?)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(name) ?? [];
  const [first = "", ...rest] = path.split("/");
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const repository = hasHost ? rest.join("/") : rest.length === 0 ? `library/${path}` : path;
  return {
    registry: hasHost ? first : "docker.io",
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** `docker.io/istio/pilot:1.31.4`. */
export function formatImageName({ registry, repository, tag, digest }: ImageName): string {
  const version = `${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
  return `${registry}/${repository}${version}`;
}
