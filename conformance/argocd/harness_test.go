package argocd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/gitops-engine/pkg/utils/kube"
	"github.com/sirupsen/logrus"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"poolsmith.dev/conformance/rendered"
)

// TestMain keeps Argo CD's log out of what the judges say; ARGOCD_LOG shows it.
func TestMain(m *testing.M) {
	if os.Getenv("ARGOCD_LOG") == "" {
		logrus.SetLevel(logrus.PanicLevel)
	}
	code := m.Run()
	fmt.Printf("conformance: argocd %s: %d judges, %d judged, %d refused\n", version(), totals.judges, totals.judged, totals.refused)
	os.Exit(code)
}

// version is that of the Argo CD that is compiled in.
func version() string {
	listed, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "github.com/argoproj/argo-cd/v3").Output()
	if err != nil {
		return "of an unknown version"
	}
	return strings.TrimSpace(string(listed))
}

// checkout is the root of the checkout, seen from here.
const checkout = "../.."

// environments gives all that is rendered, each with the manual's parent.
func environments(t *testing.T) []*Environment {
	t.Helper()
	roots, err := rendered.Roots("..")
	if err != nil {
		t.Fatal(err)
	}
	documents, err := rendered.Load(roots...)
	if err != nil {
		t.Fatal(err)
	}
	environments, err := Environments(documents)
	if err != nil {
		t.Fatal(err)
	}
	for _, environment := range environments {
		if argocd := environment.Bundled("argocd"); len(argocd) != 0 {
			application, project := parent(t, rendered.Text(argocd[0].Object, "metadata", "namespace"))
			environment.Applications = append(environment.Applications, application)
			environment.Projects[project.Name] = project
		}
	}
	return environments
}

// environmentsWith gives those that have an Application of a bundle, at least one.
func environmentsWith(t *testing.T, bundle string) []*Environment {
	t.Helper()
	with := slices.DeleteFunc(environments(t), func(environment *Environment) bool {
		_, err := environment.Application(bundle)
		return err != nil
	})
	if len(with) == 0 {
		t.Fatalf("no environment has an Application of the bundle %s", bundle)
	}
	return with
}

func liveStates(t *testing.T) map[schema.GroupKind][]LiveState {
	t.Helper()
	states, err := LiveStates(filepath.Join("testdata", "live"))
	if err != nil {
		t.Fatal(err)
	}
	return states
}

// bench is one Application before a cluster of its own.
type bench struct {
	t           *testing.T
	application *v1alpha1.Application
	project     *v1alpha1.AppProject
	manifests   []string
	controller  *Controller
	cluster     *Cluster
}

func newBench(t *testing.T, environment *Environment, application *v1alpha1.Application, project *v1alpha1.AppProject) *bench {
	t.Helper()
	manifests, err := environment.FromDirectory(application)
	if err != nil {
		t.Fatal(err)
	}
	cluster := NewCluster()
	t.Cleanup(cluster.Close)
	application, project = application.DeepCopy(), project.DeepCopy()
	atHome(application, project)
	controller, err := NewController(cluster, application.Namespace, t.TempDir(), application)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{t: t, application: application, project: project, manifests: manifests, controller: controller, cluster: cluster}
}

// benchOf is newBench for the Application of a bundle.
func benchOf(t *testing.T, environment *Environment, bundle string) *bench {
	t.Helper()
	application, err := environment.Application(bundle)
	if err != nil {
		t.Fatal(err)
	}
	project, err := environment.Project(application)
	if err != nil {
		t.Fatal(err)
	}
	return newBench(t, environment, application, project)
}

// applied puts every target into the cluster as a first apply leaves it.
func (b *bench) applied() *bench {
	b.t.Helper()
	for _, target := range b.targets() {
		stored, _, err := clientSideApply(target, nil)
		if err != nil {
			b.t.Fatal(err)
		}
		b.cluster.Put(stored)
	}
	return b
}

func (b *bench) targets() []*unstructured.Unstructured {
	b.t.Helper()
	var targets []*unstructured.Unstructured
	for _, manifest := range b.manifests {
		target := new(unstructured.Unstructured)
		if err := target.UnmarshalJSON([]byte(manifest)); err != nil {
			b.t.Fatal(err)
		}
		targets = append(targets, target)
	}
	return targets
}

func (b *bench) compare() State {
	b.t.Helper()
	state, err := b.controller.Compare(b.application, b.project, b.manifests)
	if err != nil {
		b.t.Fatal(err)
	}
	return state
}

// change writes into a stored object at a path of map keys.
func (b *bench) change(key kube.ResourceKey, value any, path ...string) {
	b.t.Helper()
	live := b.cluster.Get(key)
	if live == nil {
		b.t.Fatalf("%s is not in the cluster", key)
	}
	if err := unstructured.SetNestedField(live.Object, value, path...); err != nil {
		b.t.Fatal(err)
	}
}

// handedOver are the MachineSets of an environment whose size is not Git's: a
// MachineAutoscaler names them, or people are taking them down.
func handedOver(environment *Environment) map[string]bool {
	names := map[string]bool{}
	for _, document := range environment.Documents {
		switch {
		case document.Kind() == "MachineAutoscaler":
			names[rendered.Text(document.Object, "spec", "scaleTargetRef", "name")] = true
		case rendered.Text(document.Object, "metadata", "annotations", "poolsmith.dev/state") == "retiring",
			rendered.Text(document.Object, "metadata", "labels", "poolsmith.dev/state") == "retiring":
			names[document.Name()] = true
		}
	}
	return names
}

// tally counts what one judge looked at and prints its closing line.
type tally struct {
	t       *testing.T
	judge   string
	unit    string
	seen    int
	refused int
}

func newTally(t *testing.T, judge, unit string) *tally {
	tally := &tally{t: t, judge: judge, unit: unit}
	t.Cleanup(func() {
		totals.judged += tally.seen
		totals.refused += tally.refused
		totals.judges++
		fmt.Printf("conformance: argocd %s: %d %s, %d refused\n", tally.judge, tally.seen, tally.unit, tally.refused)
		if tally.seen == 0 {
			t.Errorf("%s judged nothing", tally.judge)
		}
	})
	return tally
}

var totals struct{ judges, judged, refused int }

// count takes the complaints about one thing; none means that it passed.
func (c *tally) count(what any, complaints ...string) {
	c.t.Helper()
	c.seen++
	if len(complaints) == 0 {
		return
	}
	c.refused++
	sort.Strings(complaints)
	c.t.Errorf("%v\n\t%s", what, strings.Join(complaints, "\n\t"))
}
