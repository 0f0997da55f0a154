/** Port on which Envoy tells its readiness, in every gateway. */
export const statusPort = 15021;
