package conformance

import (
	"testing"

	"poolsmith.dev/conformance/rendered"
)

// at is rendered.At under a short name.
func at(value any, path ...string) any { return rendered.At(value, path...) }

func TestTheBenchTakesEachObjectThroughAllThatAreCompetent(t *testing.T) {
	bench, err := NewBench(definitions(t))
	if err != nil {
		t.Fatal(err)
	}
	tally := newTally(t, "all judges in a row")
	for _, document := range documents(t) {
		cluster, _ := ClusterOf(document.Object)
		tally.count(document, bench.Judge(cluster, document.Object))
	}

	unknown := map[string]any{"apiVersion": "example.com/v1", "kind": "Thing", "metadata": map[string]any{"name": "x"}}
	if verdict := bench.Judge(Cluster{}, unknown); !says(verdict, "error", "no judge knows") {
		t.Errorf("an unknown kind passes: %q", verdict.Complaints())
	}
	// The schema prunes before the webhook defaults, and both are heard.
	set1 := set(fixture(t, spotSet), "x", "spec", "tmplate")
	set1 = set(set1, "x", "spec", "template", "spec", "providerSpec", "value", "instanceTyp")
	verdict := bench.Judge(awsCluster, set1)
	if !says(verdict, "rewritten", "spec.tmplate") || !says(verdict, "rewritten", "instanceTyp") {
		t.Errorf("not both are heard: %q", verdict.Complaints())
	}
}

func TestLostNamesWhatIsGoneAndWhatDiffers(t *testing.T) {
	written := map[string]any{"a": int64(1), "b": []any{"x", map[string]any{"c": true}}, "d": nil}
	if losses := Lost(written, map[string]any{"a": 1.0, "b": []any{"x", map[string]any{"c": true, "more": 1}}, "d": nil, "e": 2}); losses != nil {
		t.Errorf("additions are no loss: %q", losses)
	}
	for name, stored := range map[string]any{
		"another type":   map[string]any{"a": "1", "b": written["b"], "d": nil},
		"a shorter list": map[string]any{"a": int64(1), "b": []any{"x"}, "d": nil},
		"a deep value":   map[string]any{"a": int64(1), "b": []any{"x", map[string]any{"c": false}}, "d": nil},
		"a gone null":    map[string]any{"a": int64(1), "b": written["b"]},
		"no map":         "x",
	} {
		if len(Lost(written, stored)) != 1 {
			t.Errorf("%s: %q", name, Lost(written, stored))
		}
	}
}
