package argocd

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	jsonpatch "github.com/evanphx/json-patch"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// LiveState is what a cluster makes of an object of one kind once it is
// applied, and what Argo CD is to think of it.
type LiveState struct {
	// Name says in words what has happened.
	Name string `json:"name"`
	// Health is Argo CD's word, or `none` where it has no opinion.
	Health string `json:"health"`
	// Merge is a JSON merge patch over the object as it was applied.
	Merge map[string]any `json:"merge"`
	// Differs says that a rendered field has another value in it, too.
	Differs bool `json:"differs"`
}

// LiveStates reads the states of every kind from a directory.
func LiveStates(directory string) (map[schema.GroupKind][]LiveState, error) {
	paths, err := filepath.Glob(filepath.Join(directory, "*.yaml"))
	if err != nil {
		return nil, err
	}
	states := map[schema.GroupKind][]LiveState{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var file struct {
			Group  string      `json:"group"`
			Kind   string      `json:"kind"`
			States []LiveState `json:"states"`
		}
		if err := yaml.UnmarshalStrict(text, &file); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		states[schema.GroupKind{Group: file.Group, Kind: file.Kind}] = file.States
	}
	return states, nil
}

// Enter gives a stored object in the state: the patch, what every API server
// adds, and managedFields that name both Argo CD and a controller.
func (s LiveState) Enter(object *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	merge, err := json.Marshal(s.Merge)
	if err != nil {
		return nil, err
	}
	before, err := object.MarshalJSON()
	if err != nil {
		return nil, err
	}
	after, err := jsonpatch.MergePatch(before, merge)
	if err != nil {
		return nil, err
	}
	live := new(unstructured.Unstructured)
	if err := live.UnmarshalJSON(after); err != nil {
		return nil, err
	}
	live.SetResourceVersion("4711")
	live.SetGeneration(7)
	live.SetCreationTimestamp(metav1.Unix(1767225600, 0))
	managed := func(manager, subresource, fields string) metav1.ManagedFieldsEntry {
		return metav1.ManagedFieldsEntry{
			Manager: manager, Operation: metav1.ManagedFieldsOperationUpdate, Subresource: subresource,
			APIVersion: live.GetAPIVersion(), FieldsType: "FieldsV1", FieldsV1: &metav1.FieldsV1{Raw: []byte(fields)},
		}
	}
	live.SetManagedFields([]metav1.ManagedFieldsEntry{
		managed("argocd-controller", "", `{"f:metadata":{"f:annotations":{".":{}},"f:labels":{".":{}}},"f:spec":{}}`),
		managed("cluster-autoscaler", "scale", `{"f:spec":{"f:replicas":{}}}`),
		managed("some-controller", "status", `{"f:status":{}}`),
	})
	return live, nil
}

// Leaving says that the object is being deleted, which is Progressing for every kind.
func (s LiveState) Leaving() bool {
	metadata, _ := s.Merge["metadata"].(map[string]any)
	return metadata["deletionTimestamp"] != nil
}
