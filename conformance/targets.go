package conformance

import (
	"context"
	"encoding/json"
	"fmt"

	autoscalingv1beta1 "github.com/openshift/cluster-autoscaler-operator/pkg/apis/autoscaling/v1beta1"
	"github.com/openshift/cluster-autoscaler-operator/pkg/controller/machineautoscaler"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/record"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"poolsmith.dev/conformance/rendered"
)

// JudgeTargets runs the operator's MachineAutoscaler controller over everything
// rendered for one environment, twice, and reports each event of kind Warning,
// each error, each limit that did not arrive, and each MachineSet whose GPU the
// autoscaler would not recognise. The key is that of the MachineAutoscaler.
func JudgeTargets(objects []map[string]any) (map[string]Verdict, error) {
	scheme, err := autoscalerScheme()
	if err != nil {
		return nil, err
	}
	var stored []client.Object
	var autoscalers []*autoscalingv1beta1.MachineAutoscaler
	for _, object := range objects {
		object = canonical(object)
		switch {
		case isMachineSet(object):
			stored = append(stored, &unstructured.Unstructured{Object: providersAnnotations(object)})
		case rendered.Text(object, "kind") == "MachineAutoscaler":
			autoscaler := new(autoscalingv1beta1.MachineAutoscaler)
			raw, err := json.Marshal(object)
			if err != nil {
				return nil, err
			}
			if err := json.Unmarshal(raw, autoscaler); err != nil {
				return nil, fmt.Errorf("MachineAutoscaler %s: %w", rendered.Text(object, "metadata", "name"), err)
			}
			autoscalers = append(autoscalers, autoscaler)
			stored = append(stored, autoscaler.DeepCopy())
		}
	}

	events := record.NewFakeRecorder(100)
	world := fakeClient(scheme, stored...)
	reconciler := machineautoscaler.NewReconciler(
		offlineManager{client: world, scheme: scheme, events: events},
		machineautoscaler.Config{
			Namespace:           MachineAPINamespace,
			SupportedTargetGVKs: machineautoscaler.DefaultSupportedTargetGVKs(),
		})

	verdicts := map[string]Verdict{}
	for round := 1; round <= 2; round++ {
		for _, autoscaler := range autoscalers {
			key := autoscaler.Namespace + "/" + autoscaler.Name
			verdict := verdicts[key]
			if autoscaler.Namespace != MachineAPINamespace {
				verdict.refuse("the operator watches %s alone, so %s is never reconciled", MachineAPINamespace, key)
				verdicts[key] = verdict
				continue
			}
			_, err := reconciler.Reconcile(context.Background(), reconcile.Request{NamespacedName: client.ObjectKeyFromObject(autoscaler)})
			if err != nil {
				verdict.refuse("round %d: %v", round, err)
			}
			verdict.Warnings = append(verdict.Warnings, warnings(events)...)
			if err == nil {
				targetTaken(world, autoscaler, &verdict)
			}
			verdicts[key] = verdict
		}
	}
	return verdicts, nil
}

// targetTaken looks at the target after the controller is through with it.
func targetTaken(world client.Client, autoscaler *autoscalingv1beta1.MachineAutoscaler, verdict *Verdict) {
	object := new(unstructured.Unstructured)
	object.SetAPIVersion(autoscaler.Spec.ScaleTargetRef.APIVersion)
	object.SetKind(autoscaler.Spec.ScaleTargetRef.Kind)
	name := client.ObjectKey{Namespace: autoscaler.Namespace, Name: autoscaler.Spec.ScaleTargetRef.Name}
	if err := world.Get(context.Background(), name, object); err != nil {
		verdict.refuse("target: %v", err)
		return
	}
	target, err := machineautoscaler.MachineTargetFromObject(object)
	if err != nil {
		verdict.refuse("target: %v", err)
		return
	}
	low, high, err := target.GetLimits()
	switch {
	case err != nil:
		verdict.refuse("target: %v", err)
	case int32(low) != autoscaler.Spec.MinReplicas || int32(high) != autoscaler.Spec.MaxReplicas:
		verdict.refuse("the target carries the limits %d and %d", low, high)
	}
	if owner, err := target.GetOwner(); err != nil || owner.Name != autoscaler.Name {
		verdict.refuse("the target is owned by %q: %v", owner, err)
	}
}

// providersAnnotations adds what the platform's MachineSet controller writes on
// a GPU pool, so that the operator's look at the accelerator label is provoked.
// A pool counts as one with a GPU if it is tainted or labelled as one.
func providersAnnotations(machineSet map[string]any) map[string]any {
	const gpu, taint, label = "machine.openshift.io/GPU", "nvidia.com/gpu", "cluster-api/accelerator"
	template := rendered.At(machineSet, "spec", "template", "spec")
	hasGPU := rendered.Text(template, "metadata", "labels", label) != ""
	taints, _ := rendered.At(template, "taints").([]any)
	for _, one := range taints {
		hasGPU = hasGPU || rendered.Text(one, "key") == taint
	}
	if !hasGPU {
		return machineSet
	}
	annotated := (&unstructured.Unstructured{Object: machineSet}).DeepCopy()
	annotations := annotated.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	if _, found := annotations[gpu]; !found {
		annotations[gpu] = "1"
	}
	annotated.SetAnnotations(annotations)
	return annotated.Object
}

func warnings(events *record.FakeRecorder) []string {
	var lines []string
	for {
		select {
		case event := <-events.Events:
			if len(event) > 0 && event[0] == 'W' {
				lines = append(lines, event)
			}
		default:
			return lines
		}
	}
}

// offlineManager is as much of a manager as the controller's constructor uses.
type offlineManager struct {
	manager.Manager
	client client.Client
	scheme *runtime.Scheme
	events record.EventRecorder
}

func (m offlineManager) GetClient() client.Client                        { return m.client }
func (m offlineManager) GetScheme() *runtime.Scheme                      { return m.scheme }
func (m offlineManager) GetEventRecorderFor(string) record.EventRecorder { return m.events }
