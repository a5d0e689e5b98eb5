package argocd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/gitops-engine/pkg/utils/kube"
)

// TestWhatAClusterAddsIsNoDifference takes each bundle as it was applied, puts
// its objects into every state that a cluster gives them, another replica count
// on autoscaled MachineSets included, and asks the controller's comparison.
func TestWhatAClusterAddsIsNoDifference(t *testing.T) {
	tally := newTally(t, "comparison", "objects in a live state")
	for _, environment := range environments(t) {
		scaled := handedOver(environment)
		for _, application := range environment.Applications {
			b := benchOf(t, environment, Bundle(application)).applied()
			state := b.compare()
			if state.Sync != v1alpha1.SyncStatusCodeSynced || len(state.Conditions) != 0 {
				t.Fatalf("%s as it was applied is %s: %v %v", application.Name, state.Sync, state.OutOfSync(), state.Conditions)
			}
			inEveryState(b, func(key kube.ResourceKey, live LiveState) {
				if key.Kind == "MachineSet" && scaled[key.Name] {
					b.change(key, int64(17), "spec", "replicas")
				}
			}, func(key kube.ResourceKey, live LiveState, resource Resource) {
				wanted := string(v1alpha1.SyncStatusCodeSynced)
				if live.Differs && resource.Sync != wanted {
					wanted = string(v1alpha1.SyncStatusCodeOutOfSync)
				}
				var complaints []string
				if resource.Sync != wanted {
					complaints = append(complaints, fmt.Sprintf("%q: %s", live.Name, resource.Sync))
				}
				tally.count(key, complaints...)
			})
		}
	}
}

// inEveryState walks all objects of a bench through the states of their kinds.
func inEveryState(b *bench, before func(kube.ResourceKey, LiveState), judge func(kube.ResourceKey, LiveState, Resource)) {
	b.t.Helper()
	states := liveStates(b.t)
	for round, more := 0, true; more; round++ {
		more = false
		entered := map[kube.ResourceKey]LiveState{}
		b.applied()
		for _, target := range b.targets() {
			key := kube.GetResourceKey(target)
			known := states[key.GroupKind()]
			if len(known) == 0 {
				b.t.Fatalf("testdata/live has no state for %s", key.GroupKind())
			}
			if round >= len(known) {
				continue
			}
			more = true
			live, err := known[round].Enter(b.cluster.Get(key))
			if err != nil {
				b.t.Fatal(err)
			}
			b.cluster.Put(live)
			entered[key] = known[round]
			before(key, known[round])
		}
		if !more {
			return
		}
		state := b.compare()
		for key, live := range entered {
			judge(key, live, state.Resources[key])
		}
	}
}

// TestAnotherSizeIsADifferenceUnlessTheAutoscalerOwnsIt holds both sides: with
// what is rendered, and without each part of it.
func TestAnotherSizeIsADifferenceUnlessTheAutoscalerOwnsIt(t *testing.T) {
	tally := newTally(t, "sizes", "MachineSets")
	for _, environment := range environments(t) {
		scaled := handedOver(environment)
		b := benchOf(t, environment, "capacity").applied()
		bare := benchOf(t, environment, "capacity").applied()
		bare.application.Spec.IgnoreDifferences = nil
		for _, target := range b.targets() {
			key := kube.GetResourceKey(target)
			if key.Kind != "MachineSet" {
				continue
			}
			var complaints []string
			wanted := map[bool]string{true: "Synced", false: "OutOfSync"}[scaled[key.Name]]
			for _, one := range []struct {
				name   string
				bench  *bench
				wanted string
			}{{"as rendered", b, wanted}, {"without ignoreDifferences", bare, "OutOfSync"}} {
				one.bench.applied()
				one.bench.change(key, int64(17), "spec", "replicas")
				state := one.bench.compare()
				if got := state.Resources[key].Sync; got != one.wanted {
					complaints = append(complaints, fmt.Sprintf("%s: 17 replicas are %q, not %q", one.name, got, one.wanted))
				}
				if string(state.Sync) != one.wanted {
					complaints = append(complaints, fmt.Sprintf("%s: the Application is %s, not %s: %v", one.name, state.Sync, one.wanted, state.OutOfSync()))
				}
			}
			tally.count(key, complaints...)
		}
	}
}

// TestTheComparisonSeesWhatIsWrong is the judge's own test.
func TestTheComparisonSeesWhatIsWrong(t *testing.T) {
	for _, environment := range environments(t) {
		b := benchOf(t, environment, "capacity").applied()
		var set kube.ResourceKey
		for _, target := range b.targets() {
			if target.GetKind() == "MachineSet" {
				set = kube.GetResourceKey(target)
			}
		}
		for name, break_ := range map[string]func(){
			"another instance type":      func() { b.change(set, "x9.large", "spec", "template", "spec", "providerSpec", "value", "instanceType") },
			"a taint that was taken off": func() { delete(b.cluster.Get(set).Object["spec"].(map[string]any), "template") },
			"a label that was changed":   func() { b.change(set, "other", "metadata", "labels", "machine.openshift.io/cluster-api-cluster") },
			"an object that is gone":     func() { delete(b.cluster.objects, set) },
		} {
			b.applied()
			break_()
			state := b.compare()
			if state.Sync != v1alpha1.SyncStatusCodeOutOfSync || !strings.Contains(strings.Join(state.OutOfSync(), "\n"), set.Name) {
				t.Errorf("%s: %s is taken for %s: %v", environment, name, state.Sync, state.OutOfSync())
			}
		}

		// An object of the Application that Git does not have is a difference, and its prune is what we forbid.
		b.applied()
		extra := b.cluster.Get(set).DeepCopy()
		extra.SetName("left-over")
		tracking, _, _ := strings.Cut(extra.GetAnnotations()["argocd.argoproj.io/tracking-id"], ":")
		annotations := extra.GetAnnotations()
		annotations["argocd.argoproj.io/tracking-id"] = tracking + ":machine.openshift.io/MachineSet:" + extra.GetNamespace() + "/left-over"
		extra.SetAnnotations(annotations)
		b.cluster.Put(extra)
		if state := b.compare(); state.Sync != v1alpha1.SyncStatusCodeOutOfSync {
			t.Errorf("%s: a MachineSet that Git does not have: %s", environment, state.Sync)
		}
	}
}
