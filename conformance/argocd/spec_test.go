package argocd

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	argocommon "github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/argo"
	"github.com/argoproj/gitops-engine/pkg/sync/common"
	"github.com/argoproj/gitops-engine/pkg/sync/hook"
	"github.com/argoproj/gitops-engine/pkg/sync/syncwaves"
	"github.com/argoproj/gitops-engine/pkg/utils/kube"
	"k8s.io/apimachinery/pkg/util/validation"
)

// specComplaints is what Argo CD's own validation says of an Application that
// can be had without a repository: names, source, project, destination, and
// what the controller would write back.
func specComplaints(controller *Controller, application *v1alpha1.Application, project *v1alpha1.AppProject) []string {
	var complaints []string
	complain := func(format string, arguments ...any) {
		complaints = append(complaints, fmt.Sprintf(format, arguments...))
	}
	if !argo.IsValidAppName(application.Name) || !argo.IsValidNamespaceName(application.Namespace) {
		complain("the name %s/%s is none for an Application", application.Namespace, application.Name)
	}
	if !argo.IsValidProjectName(project.Name) {
		complain("the name %s is none for an AppProject", project.Name)
	}
	if err := project.ValidateProject(); err != nil {
		complain("project: %v", err)
	}
	source := application.Spec.GetSource()
	if kind, err := source.ExplicitType(); err != nil || kind == nil {
		complain("the type of the source: %v %v", kind, err)
	}
	conditions, err := argo.ValidatePermissions(context.Background(), &application.Spec, project, controller.database)
	if err != nil {
		complain("permissions: %v", err)
	}
	for _, condition := range conditions {
		complain("%s: %s", condition.Type, condition.Message)
	}
	if normal := argo.NormalizeApplicationSpec(&application.Spec); !reflect.DeepEqual(*normal, application.Spec) {
		complain("the controller would write another spec back")
	}
	for _, window := range project.Spec.SyncWindows {
		if err := window.Validate(); err != nil {
			complain("sync window: %v", err)
		}
	}
	if policy := application.Spec.SyncPolicy; policy != nil && policy.Retry != nil {
		if _, err := policy.Retry.NextRetryAt(application.CreationTimestamp.Time, 1); err != nil {
			complain("retry: %v", err)
		}
	}
	return complaints
}

func TestApplicationsAreValidToArgoCD(t *testing.T) {
	tally := newTally(t, "specs", "Applications")
	for _, environment := range environments(t) {
		for _, application := range environment.Applications {
			b := benchOf(t, environment, Bundle(application))
			tally.count(application.Name, specComplaints(b.controller, b.application, b.project)...)
			for name, spoil := range map[string]func(*v1alpha1.Application, *v1alpha1.AppProject){
				"a repository that the project lacks": func(a *v1alpha1.Application, _ *v1alpha1.AppProject) {
					a.Spec.Source.RepoURL = "https://example.com/other.git"
				},
				"a namespace that the project lacks": func(a *v1alpha1.Application, _ *v1alpha1.AppProject) {
					a.Spec.Destination.Namespace = "no-such-namespace"
				},
				"a destination said twice": func(a *v1alpha1.Application, _ *v1alpha1.AppProject) { a.Spec.Destination.Name = "in-cluster" },
				"two types of source": func(a *v1alpha1.Application, _ *v1alpha1.AppProject) {
					a.Spec.Source.Kustomize = &v1alpha1.ApplicationSourceKustomize{NamePrefix: "x-"}
					a.Spec.Source.Directory = &v1alpha1.ApplicationSourceDirectory{Recurse: true}
				},
				"no path":         func(a *v1alpha1.Application, _ *v1alpha1.AppProject) { a.Spec.Source.Path = "" },
				"no project":      func(a *v1alpha1.Application, _ *v1alpha1.AppProject) { a.Spec.Project = "" },
				"a name too long": func(a *v1alpha1.Application, _ *v1alpha1.AppProject) { a.Name = strings.Repeat("x", 254) },
				"a repository twice in the project": func(_ *v1alpha1.Application, p *v1alpha1.AppProject) {
					p.Spec.SourceRepos = append(p.Spec.SourceRepos, p.Spec.SourceRepos...)
				},
				"a duration that is none": func(a *v1alpha1.Application, _ *v1alpha1.AppProject) {
					a.Spec.SyncPolicy.Retry = &v1alpha1.RetryStrategy{Backoff: &v1alpha1.Backoff{Duration: "5 m"}}
				},
			} {
				spoiled, project := b.application.DeepCopy(), b.project.DeepCopy()
				spoil(spoiled, project)
				if len(specComplaints(b.controller, spoiled, project)) == 0 {
					t.Errorf("%s: %s passes", application.Name, name)
				}
			}
		}
	}
	unknown := map[string]any{"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "spec": map[string]any{"syncPolicy": map[string]any{"automatic": map[string]any{}}}}
	if err := Strictly(unknown, new(v1alpha1.Application)); err == nil {
		t.Error("an unknown field of an Application passes")
	}
}

// syncOptions reads out of Argo CD's source which options it looks for on an
// Application and which on an object. It has no list of them, and ignores what
// it does not know.
func syncOptions(t *testing.T) (application, object map[string]bool) {
	t.Helper()
	list, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/argoproj/argo-cd/v3", "github.com/argoproj/gitops-engine").Output()
	if err != nil {
		t.Fatal(err)
	}
	constants := map[string]string{}
	text := ""
	for _, directory := range strings.Fields(string(list)) {
		for _, below := range []string{"controller", "pkg/sync", "util/argo/diff"} {
			err := filepath.WalkDir(filepath.Join(directory, below), func(path string, _ os.DirEntry, err error) error {
				if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
					return nil
				}
				source, err := os.ReadFile(path)
				text += string(source)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, match := range regexp.MustCompile(`(?m)^\s+(SyncOption\w+)\s*=\s*("[^"]+")`).FindAllStringSubmatch(text, -1) {
		constants[match[1]] = match[2]
	}
	collect := func(expression string) map[string]bool {
		options := map[string]bool{}
		for _, match := range regexp.MustCompile(expression).FindAllStringSubmatch(text, -1) {
			word := match[1]
			if _, name, found := strings.Cut(word, "."); found && constants[name] != "" {
				word = constants[name]
			}
			if option, err := strconv.Unquote(word); err == nil {
				options[option] = true
			}
		}
		return options
	}
	application = collect(`SyncOptions\.HasOption\(([^)]+)\)`)
	object = collect(`HasAnnotationOption\([^,]+, \w+\.AnnotationSyncOptions, ([^)]+)\)`)
	if len(application) < 8 || len(object) < 8 {
		t.Fatalf("only these sync options are found in Argo CD's source: %v and %v", application, object)
	}
	return application, object
}

func TestSyncOptionsWavesAndHooksAreAsArgoCDReadsThem(t *testing.T) {
	tally := newTally(t, "annotations", "objects")
	onApplication, onObject := syncOptions(t)
	complaints := func(document map[string]any) []string {
		object, err := asUnstructured(document)
		if err != nil {
			return []string{err.Error()}
		}
		var complaints []string
		for _, option := range strings.Split(object.GetAnnotations()[common.AnnotationSyncOptions], ",") {
			if option = strings.TrimSpace(option); option != "" && !onObject[option] {
				complaints = append(complaints, fmt.Sprintf("no object takes the sync option %q", option))
			}
		}
		if object.GetKind() == "Application" {
			application := new(v1alpha1.Application)
			if err := Strictly(document, application); err != nil {
				complaints = append(complaints, err.Error())
			}
			if policy := application.Spec.SyncPolicy; policy != nil {
				for _, option := range policy.SyncOptions {
					if !onApplication[option] {
						complaints = append(complaints, fmt.Sprintf("no Application takes the sync option %q", option))
					}
				}
			}
		}
		if text, found := object.GetAnnotations()[common.AnnotationSyncWave]; found && strconv.Itoa(syncwaves.Wave(object)) != text {
			complaints = append(complaints, fmt.Sprintf("the wave %q is read as %d", text, syncwaves.Wave(object)))
		}
		if hook.IsHook(object) {
			complaints = append(complaints, fmt.Sprintf("it is a hook: %v", hook.Types(object)))
		}
		return complaints
	}
	for _, environment := range environments(t) {
		for _, document := range environment.Documents {
			tally.count(document, complaints(document.Object)...)
		}
	}
	object := func(text string) map[string]any {
		var tree map[string]any
		if err := json.Unmarshal([]byte(text), &tree); err != nil {
			t.Fatal(err)
		}
		return tree
	}
	for text, says := range map[string]string{
		`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "annotations": {"argocd.argoproj.io/sync-options": "Prune=False"}}}`:            "Prune=False",
		`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "annotations": {"argocd.argoproj.io/sync-options": "CreateNamespace=true"}}}`:   "CreateNamespace",
		`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "annotations": {"argocd.argoproj.io/sync-wave": "first"}}}`:                     "is read as 0",
		`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "annotations": {"argocd.argoproj.io/hook": "Sync"}}}`:                           "hook",
		`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "annotations": {"helm.sh/hook": "pre-install"}}}`:                               "hook",
		`{"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "x"}, "spec": {"syncPolicy": {"syncOptions": ["Prune=false"]}}}`: "Prune=false",
	} {
		if got := strings.Join(complaints(object(text)), "\n"); !strings.Contains(got, says) {
			t.Errorf("%s passes: %q", text, got)
		}
	}
}

// TestTrackingChangesMetadataAlone marks every object as Argo CD does, by each
// of its methods, and lets its repo-server read what is committed.
func TestTrackingChangesMetadataAlone(t *testing.T) {
	tally := newTally(t, "repo-server and tracking", "objects")
	tracking := argo.NewResourceTracking()
	for _, environment := range environments(t) {
		for _, application := range environment.Applications {
			b := benchOf(t, environment, Bundle(application))
			read := map[kube.ResourceKey]bool{}
			for _, target := range b.targets() {
				read[kube.GetResourceKey(target)] = true
			}
			name := application.InstanceName(application.Namespace)
			for _, document := range environment.Bundled(Bundle(application)) {
				written, err := asUnstructured(document.Object)
				if err != nil {
					t.Fatal(err)
				}
				var complaints []string
				if !read[kube.GetResourceKey(written)] {
					complaints = append(complaints, "the repo-server does not find it")
				}
				if owner := tracking.GetAppName(written, argocommon.LabelKeyAppInstance, v1alpha1.TrackingMethodAnnotationAndLabel, ""); owner != "" {
					complaints = append(complaints, "it is rendered with a mark of "+owner)
				}
				for _, method := range []v1alpha1.TrackingMethod{v1alpha1.TrackingMethodAnnotation, v1alpha1.TrackingMethodAnnotationAndLabel, v1alpha1.TrackingMethodLabel} {
					marked := written.DeepCopy()
					if err := tracking.SetAppInstance(marked, argocommon.LabelKeyAppInstance, name, application.Spec.Destination.Namespace, method, ""); err != nil {
						complaints = append(complaints, fmt.Sprintf("by %s: %v", method, err))
						continue
					}
					if owner := tracking.GetAppName(marked, argocommon.LabelKeyAppInstance, method, ""); owner != name {
						complaints = append(complaints, fmt.Sprintf("by %s it belongs to %q", method, owner))
					}
					for key, value := range marked.GetLabels() {
						for _, fault := range validation.IsValidLabelValue(value) {
							complaints = append(complaints, fmt.Sprintf("by %s the label %s: %s", method, key, fault))
						}
					}
					delete(marked.Object, "metadata")
					bare := written.DeepCopy()
					delete(bare.Object, "metadata")
					if !reflect.DeepEqual(marked.Object, bare.Object) {
						complaints = append(complaints, fmt.Sprintf("by %s more than metadata changes", method))
					}
				}
				tally.count(document, complaints...)
			}
		}
	}
}
