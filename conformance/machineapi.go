package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/go-logr/logr"
	"github.com/openshift/api/features"
	machinev1beta1 "github.com/openshift/api/machine/v1beta1"
	"github.com/openshift/machine-api-operator/pkg/webhooks"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	kubernetesscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/component-base/featuregate"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
	webhookscheme "sigs.k8s.io/kube-storage-version-migrator/pkg/clients/clientset/scheme"

	"poolsmith.dev/conformance/rendered"
)

// credentialsSecrets are the Secrets that every cluster of some platform has.
// A MachineSet that names another one gets the operator's warning.
var credentialsSecrets = []string{
	"aws-cloud-credentials", "azure-cloud-credentials", "gcp-cloud-credentials",
	"vsphere-cloud-credentials", "nutanix-credentials", "powervs-credentials",
}

func init() {
	// The webhooks decode with this scheme and leave it to their binary to fill it.
	if err := machinev1beta1.Install(webhookscheme.Scheme); err != nil {
		panic(fmt.Sprintf("the Machine API's own types do not register: %v", err))
	}
	klog.SetLogger(logr.Discard())
	ctrl.SetLogger(logr.Discard())
}

// MachineAPI is judge 1: the mutating and the validating webhook of the
// machine-api-operator, called as the API server calls them.
type MachineAPI struct {
	mutex    sync.Mutex
	webhooks map[Cluster]machineSetWebhooks
}

type machineSetWebhooks struct {
	mutate, validate *admission.Webhook
}

// NewMachineAPI makes the judge; the webhooks are built when a cluster is first seen.
func NewMachineAPI() *MachineAPI {
	return &MachineAPI{webhooks: map[Cluster]machineSetWebhooks{}}
}

// Judge admits a MachineSet to a cluster: defaulting first, then validation of
// what the defaulting left, as on the way into a cluster.
func (m *MachineAPI) Judge(cluster Cluster, machineSet map[string]any) Verdict {
	var verdict Verdict
	hooks, err := m.of(cluster)
	if err != nil {
		verdict.refuse("the webhooks cannot be built: %v", err)
		return verdict
	}
	raw, err := json.Marshal(machineSet)
	if err != nil {
		verdict.refuse("no JSON: %v", err)
		return verdict
	}

	mutated := hooks.mutate.Handle(context.Background(), creation(raw))
	verdict.Warnings = append(verdict.Warnings, mutated.Warnings...)
	if !mutated.Allowed {
		verdict.refuse("defaulting: %s", reason(mutated))
		return verdict
	}
	stored, err := patched(raw, mutated)
	if err != nil {
		verdict.refuse("the patch of the defaulting webhook does not apply: %v", err)
		return verdict
	}
	if err := utiljson.Unmarshal(stored, &verdict.Stored); err != nil {
		verdict.refuse("the defaulted object is no JSON: %v", err)
		return verdict
	}
	verdict.Rewritten = Lost(canonical(machineSet), verdict.Stored)

	validated := hooks.validate.Handle(context.Background(), creation(stored))
	verdict.Warnings = append(verdict.Warnings, validated.Warnings...)
	if !validated.Allowed {
		verdict.refuse("%s", reason(validated))
	}
	return verdict
}

func (m *MachineAPI) of(cluster Cluster) (machineSetWebhooks, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if hooks, found := m.webhooks[cluster]; found {
		return hooks, nil
	}
	var hooks machineSetWebhooks
	err := cluster.asConfigured(func() (err error) {
		secrets := fake.NewClientBuilder().WithScheme(kubernetesscheme.Scheme)
		for _, name := range credentialsSecrets {
			secrets.WithObjects(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: MachineAPINamespace, Name: name}})
		}
		gate, err := featureGate()
		if err != nil {
			return err
		}
		if hooks.mutate, err = webhooks.NewMachineSetDefaulter(); err != nil {
			return err
		}
		hooks.validate, err = webhooks.NewMachineSetValidator(secrets.Build(), gate)
		return err
	})
	if err == nil {
		m.webhooks[cluster] = hooks
	}
	return hooks, err
}

// featureGate holds the two gates that the validators ask for, as a cluster
// with the default feature set has them.
func featureGate() (featuregate.MutableFeatureGate, error) {
	gate := featuregate.NewFeatureGate()
	return gate, gate.Add(map[featuregate.Feature]featuregate.FeatureSpec{
		featuregate.Feature(features.FeatureGateVSphereMultiDisk):        {Default: true},
		featuregate.Feature(features.FeatureGateVSphereHostVMGroupZonal): {Default: false},
	})
}

func creation(raw []byte) admission.Request {
	return admission.Request{AdmissionRequest: admissionv1.AdmissionRequest{
		Operation: admissionv1.Create,
		Object:    runtime.RawExtension{Raw: raw},
	}}
}

func reason(response admission.Response) string {
	if response.Result == nil {
		return "refused without a reason"
	}
	return response.Result.Message
}

func patched(raw []byte, response admission.Response) ([]byte, error) {
	if len(response.Patches) == 0 {
		return raw, nil
	}
	encoded, err := json.Marshal(response.Patches)
	if err != nil {
		return nil, err
	}
	patch, err := jsonpatch.DecodePatch(encoded)
	if err != nil {
		return nil, err
	}
	return patch.Apply(raw)
}

// canonical gives the tree the number types that the API server's JSON reader gives.
func canonical(object map[string]any) map[string]any {
	raw, err := json.Marshal(object)
	if err != nil {
		return object
	}
	var tree map[string]any
	if err := utiljson.Unmarshal(raw, &tree); err != nil {
		return object
	}
	return tree
}

// isMachineSet says whether judge 1 is competent.
func isMachineSet(object map[string]any) bool {
	return rendered.Text(object, "kind") == "MachineSet" && rendered.Text(object, "apiVersion") == "machine.openshift.io/v1beta1"
}
