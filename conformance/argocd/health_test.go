package argocd

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/argoproj/gitops-engine/pkg/utils/kube"
)

// none is what the states and the documentation say where Argo CD has no opinion.
const none = "none"

func word(health string) string {
	if health == "" {
		return none
	}
	return health
}

// TestHealthIsAsTheDocumentationSays asks for the health of every object in
// every live state, and holds it against the state and against docs/argocd.md.
func TestHealthIsAsTheDocumentationSays(t *testing.T) {
	tally := newTally(t, "health", "objects in a live state")
	seen := map[string]map[string]bool{}
	for _, environment := range environments(t) {
		for _, application := range environment.Applications {
			b := benchOf(t, environment, Bundle(application))
			inEveryState(b, func(kube.ResourceKey, LiveState) {}, func(key kube.ResourceKey, live LiveState, resource Resource) {
				got := word(resource.Health)
				if seen[key.Kind] == nil {
					seen[key.Kind] = map[string]bool{}
				}
				if !live.Leaving() {
					seen[key.Kind][got] = true
				}
				var complaints []string
				if got != live.Health {
					complaints = append(complaints, fmt.Sprintf("%q is %s, not %s: %s", live.Name, got, live.Health, resource.Message))
				}
				tally.count(key, complaints...)
			})
		}
	}

	documented := documentedHealth(t)
	for _, kind := range slices.Sorted(maps.Keys(seen)) {
		words := slices.Sorted(maps.Keys(seen[kind]))
		fmt.Printf("conformance: argocd health of %s: %s\n", kind, strings.Join(words, ", "))
		if !slices.Equal(words, documented[kind]) {
			t.Errorf("docs/argocd.md says of %s %q, Argo CD says %q", kind, documented[kind], words)
		}
		delete(documented, kind)
	}
	for kind := range documented {
		t.Errorf("docs/argocd.md speaks of the health of %s, which nothing renders", kind)
	}
}

// documentedHealth reads the table below the heading about health.
func documentedHealth(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(checkout, "docs", "argocd.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## Health\n")
	if !found {
		t.Fatal("docs/argocd.md has no heading Health")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	table := map[string][]string{}
	for _, line := range strings.Split(section, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 4 || strings.Contains(line, "---") || strings.TrimSpace(cells[2]) == "health" {
			continue
		}
		var words []string
		for _, word := range strings.Split(cells[2], ",") {
			words = append(words, strings.TrimSpace(word))
		}
		slices.Sort(words)
		for _, kind := range strings.Split(cells[1], ",") {
			table[strings.TrimSpace(kind)] = words
		}
	}
	return table
}

// TestTheHealthOfAnApplicationIsThatOfItsWorst is the judge's own test: it sees
// what is degraded, and what is being deleted.
func TestTheHealthOfAnApplicationIsThatOfItsWorst(t *testing.T) {
	for _, environment := range environmentsWith(t, "accelerators") {
		b := benchOf(t, environment, "accelerators")
		for _, one := range []struct{ kind, state, health string }{
			{"Subscription", "installed", "Healthy"},
			{"Subscription", "not seen by OLM yet", "Progressing"},
			{"Subscription", "nothing resolves", "Degraded"},
			{"Namespace", "on its way out", "Progressing"},
			{"ClusterPolicy", "refused by the operator", "Healthy"},
		} {
			b.applied()
			if one.kind != "Subscription" {
				enter(b, "Subscription", "installed")
			}
			enter(b, one.kind, one.state)
			if state := b.compare(); state.Health != one.health {
				t.Errorf("%s: with a %s that is %q it is %s, not %s", environment, one.kind, one.state, state.Health, one.health)
			}
		}
	}
}

// enter puts all objects of a kind into a state.
func enter(b *bench, kind, state string) {
	b.t.Helper()
	for _, object := range b.cluster.Objects() {
		if object.GetKind() != kind {
			continue
		}
		states := liveStates(b.t)[object.GroupVersionKind().GroupKind()]
		index := slices.IndexFunc(states, func(one LiveState) bool { return one.Name == state })
		if index < 0 {
			b.t.Fatalf("testdata/live has no state %q of %s", state, kind)
		}
		live, err := states[index].Enter(object)
		if err != nil {
			b.t.Fatal(err)
		}
		b.cluster.Put(live)
	}
}
