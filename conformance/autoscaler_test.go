package conformance

import (
	"testing"

	"poolsmith.dev/conformance/rendered"
)

func TestAutoscalerWebhooksAdmitEverything(t *testing.T) {
	judge, err := NewAutoscaler()
	if err != nil {
		t.Fatal(err)
	}
	tally := newTally(t, "cluster-autoscaler-operator webhooks")
	for _, document := range documents(t) {
		if verdict, ok := judge.Judge(document.Object); ok {
			tally.count(document, verdict)
		}
	}
}

func TestMachineAutoscalersReachTheirTargets(t *testing.T) {
	tally := newTally(t, "machine autoscaler controller")
	for _, group := range rendered.Environments(documents(t)) {
		byName := map[string]rendered.Document{}
		var objects []map[string]any
		for _, document := range group {
			objects = append(objects, document.Object)
			if document.Is(autoscalingGroup, "MachineAutoscaler") {
				byName[rendered.Text(document.Object, "metadata", "namespace")+"/"+document.Name()] = document
			}
		}
		verdicts, err := JudgeTargets(objects)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range sortedKeys(asTable(verdicts)) {
			tally.count(byName[name], verdicts[name])
		}
	}
}

const (
	theAutoscaler = "prod/capacity/clusterautoscaler-default"
	spotScaler    = "prod/capacity/machineautoscaler-prod-7kx2p-gpu-spot-us-west-2a"
)

func TestAutoscalerWebhooksRefuse(t *testing.T) {
	judge, err := NewAutoscaler()
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, fixture string
		value         any
		path          []string
		group, says   string
	}{
		{"another name", theAutoscaler, "main", []string{"metadata", "name"}, "error", "only \"default\" is allowed"},
		{"a threshold of one", theAutoscaler, "1", []string{"spec", "scaleDown", "utilizationThreshold"}, "error", "between 0 and 1"},
		{"a threshold that is a number", theAutoscaler, 0.5, []string{"spec", "scaleDown", "utilizationThreshold"}, "error", "utilizationThreshold"},
		{"a day", theAutoscaler, "1d", []string{"spec", "scaleDown", "unneededTime"}, "error", "UnneededTime"},
		{"a minimum above the maximum", theAutoscaler, int64(300), []string{"spec", "resourceLimits", "cores", "min"}, "error", "Cores"},
		{"a GPU type that is no label value", theAutoscaler,
			[]any{map[string]any{"type": "nvidia.com/gpu", "min": int64(0), "max": int64(4)}},
			[]string{"spec", "resourceLimits", "gpus"}, "warning", "poorly formed"},
		{"a maximum below the minimum", spotScaler, int64(3), []string{"spec", "minReplicas"}, "error", "max replicas"},
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

func TestTargetsRefuse(t *testing.T) {
	name := []string{"metadata", "name"}
	target := []string{"spec", "scaleTargetRef"}
	labels := []string{"spec", "template", "spec", "metadata", "labels"}
	set1, scaler := func() map[string]any { return fixture(t, spotSet) }, func() map[string]any { return fixture(t, spotScaler) }
	cases := []struct {
		name        string
		objects     []map[string]any
		group, says string
	}{
		{"no such target", []map[string]any{scaler()}, "error", "not found"},
		{"a target without an apiVersion", []map[string]any{set1(), set(scaler(), nil, append(target, "apiVersion")...)}, "error", "unsupported"},
		{"a second owner", []map[string]any{set1(), scaler(), set(scaler(), "another", name...)}, "error", "already owned"},
		{"a namespace that nobody watches", []map[string]any{set1(), set(scaler(), "elsewhere", "metadata", "namespace")}, "error", "never reconciled"},
		{"no accelerator label on a GPU pool", []map[string]any{set(set1(), map[string]any{}, labels...), scaler()}, "warning", "InvalidOrMissingGPUAcceleratorLabel"},
		{"an accelerator label that limits cannot name", []map[string]any{set(set1(), "nvidia.com/gpu", append(labels, "cluster-api/accelerator")...), scaler()}, "warning", "poorly formed"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			verdicts, err := JudgeTargets(c.objects)
			if err != nil {
				t.Fatal(err)
			}
			for _, verdict := range verdicts {
				if says(verdict, c.group, c.says) {
					return
				}
			}
			t.Errorf("expected %s with %q, got %v", c.group, c.says, verdicts)
		})
	}
}

func asTable(verdicts map[string]Verdict) map[string]any {
	table := map[string]any{}
	for name := range verdicts {
		table[name] = nil
	}
	return table
}
