package argocd

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/argo/normalizers"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"poolsmith.dev/conformance/rendered"
)

// ignored takes one ignoreDifferences entry apart and runs each of its paths
// alone through Argo CD's normaliser over the documents of the bundle. An entry
// that names an object must meet exactly that one, and each path must remove
// something from it.
func ignored(entry v1alpha1.ResourceIgnoreDifferences, documents []rendered.Document) []string {
	var complaints []string
	var single []v1alpha1.ResourceIgnoreDifferences
	for _, pointer := range entry.JSONPointers {
		one := *entry.DeepCopy()
		one.JSONPointers, one.JQPathExpressions = []string{pointer}, nil
		single = append(single, one)
	}
	for _, expression := range entry.JQPathExpressions {
		one := *entry.DeepCopy()
		one.JSONPointers, one.JQPathExpressions = nil, []string{expression}
		single = append(single, one)
	}
	if len(single) == 0 {
		return []string{"it names no path"}
	}
	for _, one := range single {
		path := append(append([]string{}, one.JSONPointers...), one.JQPathExpressions...)[0]
		normalizer, err := normalizers.NewIgnoreNormalizer([]v1alpha1.ResourceIgnoreDifferences{one}, nil, normalizers.IgnoreNormalizerOpts{})
		if err != nil {
			complaints = append(complaints, fmt.Sprintf("%s: %v", path, err))
			continue
		}
		changed := 0
		for _, document := range documents {
			before, err := asUnstructured(document.Object)
			if err != nil {
				return append(complaints, err.Error())
			}
			after := before.DeepCopy()
			if err := normalizer.Normalize(after); err != nil {
				complaints = append(complaints, fmt.Sprintf("%s: %v", path, err))
			}
			if !reflect.DeepEqual(before.Object, after.Object) {
				changed++
			}
		}
		if changed != 1 {
			complaints = append(complaints, fmt.Sprintf("%s: it takes something out of %d objects", path, changed))
		}
	}
	return complaints
}

func asUnstructured(object map[string]any) (*unstructured.Unstructured, error) {
	raw, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	tree := new(unstructured.Unstructured)
	return tree, tree.UnmarshalJSON(raw)
}

func TestEveryIgnoredDifferenceMeetsItsObject(t *testing.T) {
	tally := newTally(t, "ignoreDifferences", "entries")
	for _, environment := range environments(t) {
		for _, application := range environment.Applications {
			for _, entry := range application.Spec.IgnoreDifferences {
				tally.count(fmt.Sprintf("%s: %s %s", application.Name, entry.Kind, entry.Name),
					ignored(entry, environment.Bundled(Bundle(application)))...)
			}
		}
	}

	documents := environments(t)[0].Bundled("capacity")
	var set rendered.Document
	for _, document := range documents {
		if document.Kind() == "MachineSet" {
			set = document
		}
	}
	good := v1alpha1.ResourceIgnoreDifferences{
		Group: "machine.openshift.io", Kind: "MachineSet", Name: set.Name(), Namespace: "openshift-machine-api",
		JSONPointers: []string{"/spec/replicas"}, JQPathExpressions: []string{".spec.template.spec.providerSpec.value.instanceType"},
	}
	if complaints := ignored(good, documents); len(complaints) != 0 {
		t.Errorf("the judge refuses a good entry: %q", complaints)
	}
	for name, spoil := range map[string]struct {
		spoil func(*v1alpha1.ResourceIgnoreDifferences)
		says  string
	}{
		"no group":             {func(e *v1alpha1.ResourceIgnoreDifferences) { e.Group = "" }, "out of 0 objects"},
		"another name":         {func(e *v1alpha1.ResourceIgnoreDifferences) { e.Name = "other" }, "out of 0 objects"},
		"a pointer to nothing": {func(e *v1alpha1.ResourceIgnoreDifferences) { e.JSONPointers = []string{"/spec/replica"} }, "out of 0 objects"},
		"an unescaped slash": {func(e *v1alpha1.ResourceIgnoreDifferences) {
			e.JSONPointers = []string{"/metadata/annotations/argocd.argoproj.io/sync-options"}
		}, "out of 0 objects"},
		"jq that does not parse":   {func(e *v1alpha1.ResourceIgnoreDifferences) { e.JQPathExpressions = []string{".spec["} }, "unexpected"},
		"jq that does not compile": {func(e *v1alpha1.ResourceIgnoreDifferences) { e.JQPathExpressions = []string{".spec | nope"} }, "function not defined"},
		"jq for which nothing is":  {func(e *v1alpha1.ResourceIgnoreDifferences) { e.JQPathExpressions = []string{".spec.nothing"} }, "out of 0 objects"},
		"no path":                  {func(e *v1alpha1.ResourceIgnoreDifferences) { e.JSONPointers, e.JQPathExpressions = nil, nil }, "no path"},
	} {
		entry := good.DeepCopy()
		spoil.spoil(entry)
		if complaints := ignored(*entry, documents); !strings.Contains(strings.Join(complaints, "\n"), spoil.says) {
			t.Errorf("%s passes: %q", name, complaints)
		}
	}
}
