// Command conformance runs the Gateway API's own conformance suite against the cluster of KUBECONFIG, with the
// features that Istio declares and without the tests that Istio skips.
//
// It prints what `go test -v` prints.
package main

import (
	"flag"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	v1 "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/gateway-api/conformance"
	confv1 "sigs.k8s.io/gateway-api/conformance/apis/v1"
	"sigs.k8s.io/gateway-api/conformance/tests"
	"sigs.k8s.io/gateway-api/conformance/utils/suite"
	"sigs.k8s.io/gateway-api/pkg/features"
)

// What Istio 1.31 declares and skips, see pilot/pkg/config/kube/gateway/supported_features.go and
// tests/integration/pilot/gateway_conformance_test.go of its source.
var (
	undeclared = []features.Feature{
		features.GatewayBackendClientCertificateFeature,
		features.GatewayHTTPSListenerDetectMisdirectedRequestsFeature,
		features.UDPRouteFeature,
		features.MeshClusterIPMatchingFeature,
	}
	skipped = []string{
		"HTTPRouteHTTPSListenerDetectMisdirectedRequests",
		"MeshHTTPRoute307Redirect",
		"GatewayListenerUnsupportedProtocol",
		"TCPRouteWeightedRouting",
	}
)

var (
	profile  = flag.String("profile", "gateway", "gateway or mesh")
	sidecars = flag.Bool("sidecars", false, "inject sidecars into the suite's own pods")
	only     = flag.String("only", "", "the one test to run")
)

func main() {
	matches := func(pattern, name string) (bool, error) { return regexp.MatchString(pattern, name) }
	testing.Main(matches, []testing.InternalTest{{Name: "GatewayAPI", F: run}}, nil, nil)
}

func run(t *testing.T) {
	declared := features.AllFeatures.Clone().Delete(undeclared...)
	profiles := []suite.ConformanceProfileName{
		suite.GatewayHTTPConformanceProfileName,
		suite.GatewayTLSConformanceProfileName,
		suite.GatewayGRPCConformanceProfileName,
		suite.GatewayTCPConformanceProfileName,
	}
	// A test is run when all features that it names are declared: without those of the one kind only the other's are.
	if *profile == "mesh" {
		profiles = []suite.ConformanceProfileName{suite.MeshHTTPConformanceProfileName}
		declared = declared.Difference(features.GatewayCoreFeatures.Union(features.GatewayExtendedFeatures))
	} else {
		declared = declared.Difference(features.MeshCoreFeatures.Union(features.MeshExtendedFeatures))
	}

	hostname := v1.HostnameAddressType
	options := conformance.DefaultOptions(t)
	options.GatewayClassName = "istio"
	options.CleanupBaseResources = true
	options.CleanupTestResources = true
	options.SupportedFeatures = features.SetsToNamesSet(declared).UnsortedList()
	options.ConformanceProfiles = profiles
	options.SkipTests = skipped
	options.RunTest = *only
	options.UsableNetworkAddresses = []v1.GatewaySpecAddress{
		{Type: &hostname, Value: "infra-backend-v1.gateway-conformance-infra.svc.cluster.local"},
	}
	options.UnusableNetworkAddresses = []v1.GatewaySpecAddress{{Type: &hostname, Value: "foo"}}
	options.Implementation = confv1.Implementation{
		Organization: "istio",
		Project:      "istio",
		URL:          "https://istio.io/",
		Version:      "rehearsal",
		Contact:      []string{"@istio/maintainers"},
	}
	if *sidecars {
		options.NamespaceLabels = map[string]string{"istio-injection": "enabled"}
	}
	conformanceSuite, err := suite.NewConformanceTestSuite(options)
	require.NoError(t, err)
	conformanceSuite.Setup(t, tests.ConformanceTests)
	require.NoError(t, conformanceSuite.Run(t, tests.ConformanceTests))
}
