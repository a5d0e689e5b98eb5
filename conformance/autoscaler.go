package conformance

import (
	"context"
	"encoding/json"

	"github.com/openshift/cluster-autoscaler-operator/pkg/apis"
	"github.com/openshift/cluster-autoscaler-operator/pkg/controller/clusterautoscaler"
	"github.com/openshift/cluster-autoscaler-operator/pkg/controller/machineautoscaler"
	"k8s.io/apimachinery/pkg/runtime"
	kubernetesscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"poolsmith.dev/conformance/rendered"
)

const (
	autoscalingGroup = "autoscaling.openshift.io"
	// singleton is the one name that the operator's own configuration allows
	// (its default for CLUSTER_AUTOSCALER_NAME).
	singleton = "default"
)

// Autoscaler is judge 2: the validating webhooks of the cluster-autoscaler-operator.
type Autoscaler struct {
	cluster, machine admission.Handler
}

// NewAutoscaler makes the judge.
func NewAutoscaler() (*Autoscaler, error) {
	scheme, err := autoscalerScheme()
	if err != nil {
		return nil, err
	}
	nobody := fake.NewClientBuilder().WithScheme(scheme).Build()
	return &Autoscaler{
		cluster: clusterautoscaler.NewValidator(singleton, nobody, scheme),
		machine: machineautoscaler.NewValidator(nobody, scheme),
	}, nil
}

// Judge asks the webhook that is competent for the object; ok is false when none is.
func (a *Autoscaler) Judge(object map[string]any) (verdict Verdict, ok bool) {
	var handler admission.Handler
	switch rendered.Text(object, "apiVersion") + " " + rendered.Text(object, "kind") {
	case autoscalingGroup + "/v1 ClusterAutoscaler":
		handler = a.cluster
	case autoscalingGroup + "/v1beta1 MachineAutoscaler":
		handler = a.machine
	default:
		return verdict, false
	}
	raw, err := json.Marshal(object)
	if err != nil {
		verdict.refuse("no JSON: %v", err)
		return verdict, true
	}
	response := handler.Handle(context.Background(), creation(raw))
	verdict.Warnings = response.Warnings
	if !response.Allowed {
		verdict.refuse("%s", reason(response))
	}
	return verdict, true
}

func autoscalerScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{kubernetesscheme.AddToScheme, apis.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	return scheme, nil
}

// fakeClient holds the given objects and treats the autoscaler kinds' status as
// the API server does.
func fakeClient(scheme *runtime.Scheme, objects ...client.Object) client.Client {
	return fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).WithStatusSubresource(objects...).Build()
}
