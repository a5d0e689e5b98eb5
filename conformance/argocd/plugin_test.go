package argocd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/gitops-engine/pkg/utils/kube"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"
)

// binary gives poolsmith. Without a build the test is skipped on a developer's
// machine and fails where `CI` is set.
func binary(t *testing.T) string {
	t.Helper()
	path := os.Getenv("POOLSMITH_BIN")
	if path == "" {
		path = filepath.Join(checkout, "target", "debug", "poolsmith")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "" {
			fmt.Printf("conformance: argocd skipped %s: %v\n", t.Name(), err)
			t.Skip(err)
		}
		t.Fatal(err)
	}
	return path
}

// clone gives what a commit of this repository holds of the sample project.
func clone(t *testing.T) string {
	t.Helper()
	listing, err := exec.Command("git", "-C", checkout, "ls-files", "-z", "--",
		"poolsmith.yaml", "values", "provider-specs", "quotas", "templates", "golden").Output()
	if err != nil {
		t.Fatal(err)
	}
	directory := t.TempDir()
	for _, name := range strings.Split(strings.TrimRight(string(listing), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(checkout, name))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(directory, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return directory
}

// sidecar starts the deployed plugin; it gives the binary too, and a clone of the sample.
func sidecar(t *testing.T) (string, string, *Sidecar) {
	t.Helper()
	binary := binary(t)
	config, err := PluginConfig(deployed())
	if err != nil {
		t.Fatal(err)
	}
	sidecar, err := StartSidecar(config, binary, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sidecar.Stop)
	return binary, clone(t), sidecar
}

func deployed() string { return filepath.Join(checkout, "deploy", "cmp") }

// asPlugin gives an Application the source that names the plugin, as
// `source.kind: plugin` renders it.
func asPlugin(application *v1alpha1.Application, environment string) *v1alpha1.Application {
	application = application.DeepCopy()
	if application.Spec.Source.Plugin == nil {
		bundle := Bundle(application)
		application.Spec.Source.Directory = nil
		application.Spec.Source.Path = "."
		application.Spec.Source.Plugin = &v1alpha1.ApplicationSourcePlugin{
			Name: "poolsmith",
			Parameters: v1alpha1.ApplicationSourcePluginParameters{
				{Name: "env", String_: ptr.To(environment)}, {Name: "bundle", String_: ptr.To(bundle)},
			},
		}
	}
	return application
}

// TestThePluginGivesWhatRenderGives takes each bundle of the sample through the
// repo-server, the plugin server and the binary, and the parameters' variables,
// made by Argo CD's own code, to the binary alone.
func TestThePluginGivesWhatRenderGives(t *testing.T) {
	tally := newTally(t, "plugin", "bundles")
	binary, sample, _ := sidecar(t)

	rendered := 0
	for _, environment := range environments(t) {
		if filepath.Dir(environment.Directory) != filepath.Join(checkout, "golden") {
			continue // another project's
		}
		name := filepath.Base(environment.Directory)
		for i, application := range environment.Applications {
			if application.Spec.Source.Plugin != nil {
				rendered++
			}
			application = asPlugin(application, name)
			tally.count(fmt.Sprintf("%s of %s", Bundle(application), name),
				pluginComplaints(t, binary, sample, environment, application, name)...)
			if i > 0 {
				continue
			}

			for fault, spoil := range map[string]struct {
				spoil func(*v1alpha1.ApplicationSourcePlugin)
				says  string
			}{
				"an unknown environment": {func(p *v1alpha1.ApplicationSourcePlugin) { p.Parameters[0].String_ = ptr.To("nowhere") }, "SPC027"},
				"an unknown parameter":   {func(p *v1alpha1.ApplicationSourcePlugin) { p.Parameters[0].Name = "Env" }, "there is no parameter `Env`"},
				"no parameters":          {func(p *v1alpha1.ApplicationSourcePlugin) { p.Parameters = nil }, "neither the plugin parameter"},
				"a list": {func(p *v1alpha1.ApplicationSourcePlugin) {
					p.Parameters[0].String_ = nil
					p.Parameters[0].OptionalArray = &v1alpha1.OptionalArray{Array: []string{name}}
				}, "is a list or a map"},
				"both ways, disagreeing": {func(p *v1alpha1.ApplicationSourcePlugin) {
					p.Env = v1alpha1.Env{{Name: "POOLSMITH_ENV", Value: "nowhere"}}
				}, "set one of them"},
				"another plugin": {func(p *v1alpha1.ApplicationSourcePlugin) { p.Name = "other" }, "could not find cmp-server plugin"},
			} {
				spoiled := application.DeepCopy()
				spoil.spoil(spoiled.Spec.Source.Plugin)
				if _, err := Manifests(spoiled, sample, sample); err == nil || !strings.Contains(err.Error(), spoil.says) {
					t.Errorf("%s of %s: %s: %v", Bundle(application), name, fault, err)
				}
			}
		}
	}
	if rendered == 0 {
		t.Error("no rendered Application names the plugin")
	}
}

func pluginComplaints(t *testing.T, binary, sample string, environment *Environment, application *v1alpha1.Application, name string) []string {
	t.Helper()
	manifests, err := Manifests(application, sample, sample)
	if err != nil {
		return []string{err.Error()}
	}
	var complaints []string
	documents := environment.Bundled(Bundle(application))
	if len(documents) != len(manifests) {
		complaints = append(complaints, fmt.Sprintf("the plugin gives %d objects of %d", len(manifests), len(documents)))
	}
	given := map[kube.ResourceKey]*unstructured.Unstructured{}
	for _, manifest := range manifests {
		object := new(unstructured.Unstructured)
		if err := object.UnmarshalJSON([]byte(manifest)); err != nil {
			t.Fatal(err)
		}
		annotations := object.GetAnnotations()
		if annotations[common.AnnotationKeyAppInstance] == "" {
			complaints = append(complaints, object.GetName()+" is not tracked")
		}
		delete(annotations, common.AnnotationKeyAppInstance)
		object.SetAnnotations(annotations)
		given[kube.GetResourceKey(object)] = object
	}
	for _, document := range documents {
		wanted, err := asUnstructured(document.Object)
		if err != nil {
			t.Fatal(err)
		}
		if got := given[kube.GetResourceKey(wanted)]; got == nil || !reflect.DeepEqual(got.Object, wanted.Object) {
			complaints = append(complaints, fmt.Sprintf("%s arrives as another object", document))
		}
	}

	variables, err := application.Spec.Source.Plugin.Parameters.Environ()
	if err != nil {
		t.Fatal(err)
	}
	generated, err := run(binary, sample, variables, "cmp", "generate")
	if err != nil {
		return append(complaints, err.Error())
	}
	printed, err := run(binary, sample, nil, "render", "--env", name, "--bundle", Bundle(application))
	if err != nil {
		return append(complaints, err.Error())
	}
	if !bytes.Equal(generated, printed) {
		complaints = append(complaints, "`cmp generate` and `render` give different bytes")
	}
	return complaints
}

func run(binary, directory string, variables []string, arguments ...string) ([]byte, error) {
	command := exec.Command(binary, arguments...)
	command.Dir = directory
	command.Env = append(slices.Clone(variables), "PATH=/nowhere")
	var messages bytes.Buffer
	command.Stderr = &messages
	printed, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%q: %w: %s", arguments, err, messages.String())
	}
	return printed, nil
}

// TestTheParametersAreAnnounced asks the plugin server, which reads what
// `cmp parameters` prints into Argo CD's own type.
func TestTheParametersAreAnnounced(t *testing.T) {
	tally := newTally(t, "announcements", "parameters")
	binary, sample, sidecar := sidecar(t)
	response, err := sidecar.Announcements(sample)
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, announcement := range response.ParameterAnnouncements {
		var complaints []string
		if announcement.Title == "" || announcement.Tooltip == "" || !announcement.Required {
			complaints = append(complaints, "it has no title or tooltip, or is not required")
		}
		if announcement.CollectionType != "string" || announcement.ItemType != "string" {
			complaints = append(complaints, "it is no string")
		}
		named[announcement.Name] = true
		tally.count(announcement.Name, complaints...)
	}
	if want := map[string]bool{"env": true, "bundle": true}; !reflect.DeepEqual(named, want) {
		t.Errorf("announced are %v, rendered Applications set %v", named, want)
	}

	// Nothing that Argo CD's type lacks is printed: the plugin server would drop it in silence.
	printed, err := run(binary, sample, nil, "cmp", "parameters")
	if err != nil {
		t.Fatal(err)
	}
	strict := json.NewDecoder(bytes.NewReader(printed))
	strict.DisallowUnknownFields()
	again := response.ParameterAnnouncements[:0:0]
	if err := strict.Decode(&again); err != nil || len(again) != len(response.ParameterAnnouncements) {
		t.Errorf("`cmp parameters` prints what Argo CD does not know: %v", err)
	}

	// Without a project there is nothing to announce, and Argo CD hears why.
	empty := t.TempDir()
	if err := os.WriteFile(filepath.Join(empty, "README.md"), []byte("nothing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sidecar.Announcements(empty); err == nil || !strings.Contains(err.Error(), "SRC020") {
		t.Errorf("a repository without a project: %v", err)
	}
}

func TestThePluginIsConfiguredAsArgoCDReadsIt(t *testing.T) {
	tally := newTally(t, "plugin.yaml", "files")
	text, err := os.ReadFile(filepath.Join(deployed(), common.PluginConfigFileName))
	if err != nil {
		t.Fatal(err)
	}
	config, err := PluginConfig(deployed())
	var complaints []string
	switch {
	case err != nil:
		complaints = append(complaints, err.Error())
	case filepath.Base(config.Address()) != "poolsmith.sock":
		complaints = append(complaints, "the socket would be "+config.Address())
	case config.Spec.Discover.IsDefined():
		complaints = append(complaints, "it claims Applications that do not name it")
	case config.Spec.ProvideGitCreds:
		complaints = append(complaints, "it asks for the credentials of the repository")
	}
	tally.count("deploy/cmp/plugin.yaml", complaints...)

	for name, replace := range map[string][2]string{
		"a misspelt key": {"generate:", "generates:"},
		"no name":        {"name: poolsmith", "name: ''"},
		"another kind":   {"kind: ConfigManagementPlugin", "kind: ConfigMap"},
		"no command":     {"command: [/usr/local/bin/poolsmith, cmp, generate]", "command: []"},
		"an extra key":   {"  generate:", "  timeout: 5s\n  generate:"},
	} {
		directory := t.TempDir()
		spoiled := strings.Replace(string(text), replace[0], replace[1], 1)
		if spoiled == string(text) {
			t.Fatalf("%s: plugin.yaml has no %q", name, replace[0])
		}
		if err := os.WriteFile(filepath.Join(directory, common.PluginConfigFileName), []byte(spoiled), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := PluginConfig(directory); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}
