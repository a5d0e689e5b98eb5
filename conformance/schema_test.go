package conformance

import (
	"testing"
)

func TestSchemasKeepEverythingAsWritten(t *testing.T) {
	judge, err := NewSchemas(definitions(t))
	if err != nil {
		t.Fatal(err)
	}
	custom := newTally(t, "custom resource schemas")
	builtin := newTally(t, "built-in types")
	for _, document := range documents(t) {
		if verdict, ok := judge.Judge(document.Object); ok {
			custom.count(document, verdict)
		} else if verdict, ok := JudgeBuiltin(document.Object); ok {
			builtin.count(document, verdict)
		} else {
			custom.count(document, Verdict{Errors: []string{"no schema of this kind is known: " + kindOf(document.Object)}})
		}
	}
}

func TestSchemasRefuse(t *testing.T) {
	judge, err := NewSchemas(definitions(t))
	if err != nil {
		t.Fatal(err)
	}
	const (
		health  = "prod/capacity/machinehealthcheck-gpu-spot"
		policy  = "prod/accelerators/clusterpolicy-gpu-cluster-policy"
		project = "prod/argocd/appproject-cluster-capacity"
	)
	cases := []struct {
		name, fixture string
		value         any
		path          []string
		group, says   string
	}{
		{"an unknown field", theAutoscaler, "10m", []string{"spec", "scaleDown", "uneededTime"}, "rewritten", "spec.scaleDown.uneededTime: pruned"},
		{"an unknown metadata field", theAutoscaler, "x", []string{"metadata", "lables"}, "rewritten", "metadata.lables"},
		{"an unknown field beside the providerSpec's value", spotSet, "x", []string{"spec", "template", "spec", "providerSpec", "valu"}, "rewritten", "providerSpec.valu: pruned"},
		{"a word that is not offered", spotSet, "Latest", []string{"spec", "deletePolicy"}, "error", "deletePolicy"},
		{"a bare number", health, int64(600), []string{"spec", "nodeStartupTimeout"}, "error", "nodeStartupTimeout"},
		{"an unquoted maxUnavailable", policy, int64(1), []string{"spec", "daemonsets", "rollingUpdate", "maxUnavailable"}, "error", "maxUnavailable"},
		{"a missing key", policy, nil, []string{"spec", "nodeStatusExporter"}, "error", "nodeStatusExporter"},
		{"a namespace on a cluster-scoped object", policy, "nvidia-gpu-operator", []string{"metadata", "namespace"}, "error", "metadata.namespace"},
		{"no namespace on a namespaced one", project, nil, []string{"metadata", "namespace"}, "error", "metadata.namespace"},
		{"an unquoted wave", project, int64(-1), []string{"metadata", "annotations", "argocd.argoproj.io/sync-wave"}, "error", "annotations"},
		{"a label value that is none", project, "a b", []string{"metadata", "labels", "team"}, "error", "metadata.labels"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			verdict, ok := judge.Judge(set(fixture(t, c.fixture), c.value, c.path...))
			if !ok || !says(verdict, c.group, c.says) {
				t.Errorf("expected %s with %q, got %q", c.group, c.says, verdict.Complaints())
			}
		})
	}
}

func TestSchemasEvaluateCEL(t *testing.T) {
	judge, err := NewSchemas(definitions(t))
	if err != nil {
		t.Fatal(err)
	}
	driver := func(nodeSelector map[string]any) map[string]any {
		return map[string]any{
			"apiVersion": "nvidia.com/v1alpha1", "kind": "NVIDIADriver",
			"metadata": map[string]any{"name": "l40s"},
			"spec": map[string]any{
				"image": "driver", "repository": "nvcr.io/nvidia", "version": "580.82.07", "driverType": "gpu",
				"default": true, "nodeSelector": nodeSelector,
			},
		}
	}
	if verdict, ok := judge.Judge(driver(map[string]any{})); !ok || len(verdict.Errors) > 0 {
		t.Fatalf("a good object is refused: %q", verdict.Complaints())
	}
	verdict, _ := judge.Judge(driver(map[string]any{"a": "b"}))
	if !says(verdict, "error", "nodeSelector") {
		t.Error("a default driver with a nodeSelector passes: the CEL rules are not evaluated")
	}
}

func TestSchemasDefaultAsTheAPIServerDoes(t *testing.T) {
	judge, err := NewSchemas(definitions(t))
	if err != nil {
		t.Fatal(err)
	}
	verdict, _ := judge.Judge(set(fixture(t, spotSet), nil, "spec", "replicas"))
	if replicas := at(verdict.Stored, "spec", "replicas"); !verdict.Clean() || !sameScalar(replicas, int64(1)) {
		t.Errorf("replicas default to %v (%q)", replicas, verdict.Complaints())
	}
}

func TestBuiltinTypesRefuse(t *testing.T) {
	const settings, namespace = "prod/accelerators/configmap-device-plugin-config", "prod/accelerators/namespace-nvidia-gpu-operator"
	cases := []struct {
		name, fixture string
		value         any
		path          []string
		group, says   string
	}{
		{"an unknown field", settings, "x", []string{"datas"}, "error", "datas"},
		{"a number as data", settings, int64(4), []string{"data", "replicas"}, "error", "data"},
		{"no namespace", settings, nil, []string{"metadata", "namespace"}, "error", "metadata.namespace"},
		{"a name with a dot", namespace, "nvidia.gpu", []string{"metadata", "name"}, "error", "metadata.name"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			verdict, ok := JudgeBuiltin(set(fixture(t, c.fixture), c.value, c.path...))
			if !ok || !says(verdict, c.group, c.says) {
				t.Errorf("expected %s with %q, got %q", c.group, c.says, verdict.Complaints())
			}
		})
	}
	if _, ok := JudgeBuiltin(fixture(t, spotSet)); ok {
		t.Error("a MachineSet is no built-in kind")
	}
}
