package conformance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	configv1 "github.com/openshift/api/config/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"poolsmith.dev/conformance/rendered"
)

// MachineAPINamespace is the only namespace that the operators look at.
const MachineAPINamespace = "openshift-machine-api"

// Cluster is what a judge has to know of the cluster that receives the objects.
type Cluster struct {
	InfraID  string
	Platform configv1.PlatformType
	Region   string
	// NoPublicZone makes a cluster whose DNS has no public zone.
	NoPublicZone bool
}

// platformOf tells the platform from the kind of a providerSpec. The operator
// does not: it believes the Infrastructure object, which we make up here.
var platformOf = map[string]configv1.PlatformType{
	"AWSMachineProviderConfig":     configv1.AWSPlatformType,
	"AzureMachineProviderSpec":     configv1.AzurePlatformType,
	"GCPMachineProviderSpec":       configv1.GCPPlatformType,
	"VSphereMachineProviderSpec":   configv1.VSpherePlatformType,
	"NutanixMachineProviderConfig": configv1.NutanixPlatformType,
	"PowerVSMachineProviderConfig": configv1.PowerVSPlatformType,
	"OpenstackProviderSpec":        configv1.OpenStackPlatformType,
	"IBMCloudMachineProviderSpec":  configv1.IBMCloudPlatformType,
	"BareMetalMachineProviderSpec": configv1.BareMetalPlatformType,
}

// ClusterOf reads off a MachineSet which cluster it was written for.
func ClusterOf(machineSet map[string]any) (Cluster, error) {
	value := rendered.At(machineSet, "spec", "template", "spec", "providerSpec", "value")
	platform, known := platformOf[rendered.Text(value, "kind")]
	if !known {
		return Cluster{}, fmt.Errorf("providerSpec of kind %q belongs to no platform we know", rendered.Text(value, "kind"))
	}
	infraID := rendered.Text(machineSet, "spec", "template", "metadata", "labels", "machine.openshift.io/cluster-api-cluster")
	if infraID == "" {
		return Cluster{}, fmt.Errorf("the template names no cluster in label machine.openshift.io/cluster-api-cluster")
	}
	region := ""
	switch platform {
	case configv1.AWSPlatformType:
		region = rendered.Text(value, "placement", "region")
	case configv1.AzurePlatformType:
		region = rendered.Text(value, "location")
	default:
		region = rendered.Text(value, "region")
	}
	return Cluster{InfraID: infraID, Platform: platform, Region: region}, nil
}

func (c Cluster) infrastructure() *configv1.Infrastructure {
	status := &configv1.PlatformStatus{Type: c.Platform}
	switch c.Platform {
	case configv1.AWSPlatformType:
		status.AWS = &configv1.AWSPlatformStatus{Region: c.Region}
	case configv1.AzurePlatformType:
		status.Azure = &configv1.AzurePlatformStatus{CloudName: configv1.AzurePublicCloud, ResourceGroupName: c.InfraID + "-rg"}
	case configv1.GCPPlatformType:
		status.GCP = &configv1.GCPPlatformStatus{Region: c.Region}
	}
	return &configv1.Infrastructure{
		TypeMeta:   metav1.TypeMeta{APIVersion: "config.openshift.io/v1", Kind: "Infrastructure"},
		ObjectMeta: metav1.ObjectMeta{Name: "cluster"},
		Status:     configv1.InfrastructureStatus{InfrastructureName: c.InfraID, PlatformStatus: status},
	}
}

func (c Cluster) dns() *configv1.DNS {
	dns := &configv1.DNS{
		TypeMeta:   metav1.TypeMeta{APIVersion: "config.openshift.io/v1", Kind: "DNS"},
		ObjectMeta: metav1.ObjectMeta{Name: "cluster"},
	}
	if !c.NoPublicZone {
		dns.Spec.PublicZone = &configv1.DNSZone{ID: "public"}
	}
	return dns
}

// asConfigured runs `build` while the ambient client configuration points at a
// stub API server that serves this cluster's Infrastructure and DNS, which is
// all that the constructors of the webhooks ask for. The configuration is
// found through a process-wide variable, so callers hold a lock.
func (c Cluster) asConfigured(build func() error) error {
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		var object any
		switch request.URL.Path {
		case "/apis/config.openshift.io/v1/infrastructures/cluster":
			object = c.infrastructure()
		case "/apis/config.openshift.io/v1/dnses/cluster":
			object = c.dns()
		default:
			http.NotFound(response, request)
			return
		}
		response.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(response).Encode(object)
	}))
	defer server.Close()

	directory, err := os.MkdirTemp("", "conformance")
	if err != nil {
		return err
	}
	defer os.RemoveAll(directory)
	file := filepath.Join(directory, "kubeconfig")
	configuration := clientcmdapi.NewConfig()
	configuration.Clusters["stub"] = &clientcmdapi.Cluster{Server: server.URL}
	configuration.Contexts["stub"] = &clientcmdapi.Context{Cluster: "stub"}
	configuration.CurrentContext = "stub"
	if err := clientcmd.WriteToFile(*configuration, file); err != nil {
		return err
	}

	variable := clientcmd.RecommendedConfigPathEnvVar
	before, had := os.LookupEnv(variable)
	if err := os.Setenv(variable, file); err != nil {
		return err
	}
	defer func() {
		if had {
			_ = os.Setenv(variable, before)
		} else {
			_ = os.Unsetenv(variable)
		}
	}()
	return build()
}
