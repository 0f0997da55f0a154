/**
 * Where Istio publishes its charts.
 *
 * Its earlier hosts (istio-release.storage.googleapis.com, registry.istio.io) go away in December 2026.
 *
 * @see https://istio.io/latest/docs/setup/install/helm/
 */
export const istioCharts = "oci://ghcr.io/istio/release/charts";
