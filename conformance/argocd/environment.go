package argocd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"sort"
	"strings"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"

	"poolsmith.dev/conformance/rendered"
)

// Environment is what was rendered for one cluster, by bundle, with the
// Applications and AppProjects decoded into Argo CD's types.
type Environment struct {
	Directory    string
	Documents    []rendered.Document
	Applications []*v1alpha1.Application
	Projects     map[string]*v1alpha1.AppProject
}

// Environments groups documents by environment and decodes what Argo CD itself
// reads. An Application or AppProject with a field that Argo CD does not know
// is an error.
func Environments(documents []rendered.Document) ([]*Environment, error) {
	groups := rendered.Environments(documents)
	directories := make([]string, 0, len(groups))
	for directory := range groups {
		directories = append(directories, directory)
	}
	sort.Strings(directories)
	var environments []*Environment
	for _, directory := range directories {
		environment := &Environment{
			Directory: directory,
			Documents: groups[directory],
			Projects:  map[string]*v1alpha1.AppProject{},
		}
		for _, document := range environment.Documents {
			switch {
			case document.Is("argoproj.io", "Application"):
				application := new(v1alpha1.Application)
				if err := Strictly(document.Object, application); err != nil {
					return nil, fmt.Errorf("%s: %w", document, err)
				}
				environment.Applications = append(environment.Applications, application)
			case document.Is("argoproj.io", "AppProject"):
				project := new(v1alpha1.AppProject)
				if err := Strictly(document.Object, project); err != nil {
					return nil, fmt.Errorf("%s: %w", document, err)
				}
				environment.Projects[project.Name] = project
			}
		}
		environments = append(environments, environment)
	}
	return environments, nil
}

// Strictly decodes an object into one of Argo CD's types. It refuses unknown
// fields, and a value that the type would write back as another one.
func Strictly(object map[string]any, into any) error {
	raw, err := json.Marshal(object)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return fmt.Errorf("something follows the object: %v", err)
	}
	return nil
}

// Bundle is the directory, or the plugin's parameter, that an Application
// draws its objects from.
func Bundle(application *v1alpha1.Application) string {
	source := application.Spec.GetSource()
	if source.Plugin == nil {
		return filepath.Base(source.Path)
	}
	for _, parameter := range source.Plugin.Parameters {
		if parameter.Name == "bundle" && parameter.String_ != nil {
			return *parameter.String_
		}
	}
	return ""
}

// Bundled lists the documents of one bundle.
func (e *Environment) Bundled(bundle string) []rendered.Document {
	var documents []rendered.Document
	for _, document := range e.Documents {
		if document.Bundle == bundle {
			documents = append(documents, document)
		}
	}
	return documents
}

// Application gives the Application that draws from a bundle.
func (e *Environment) Application(bundle string) (*v1alpha1.Application, error) {
	for _, application := range e.Applications {
		if Bundle(application) == bundle {
			return application.DeepCopy(), nil
		}
	}
	return nil, fmt.Errorf("%s: no Application draws from the bundle %s", e.Directory, bundle)
}

// named gives the Application of a name, or an empty one.
func (e *Environment) named(name string) *v1alpha1.Application {
	for _, application := range e.Applications {
		if application.Name == name {
			return application
		}
	}
	return new(v1alpha1.Application)
}

// Project gives the AppProject that an Application names.
func (e *Environment) Project(application *v1alpha1.Application) (*v1alpha1.AppProject, error) {
	project, found := e.Projects[application.Spec.GetProject()]
	if !found {
		return nil, fmt.Errorf("%s: the AppProject %s is not rendered", e.Directory, application.Spec.GetProject())
	}
	return project.DeepCopy(), nil
}

// atHome takes the address of another cluster, which leads nowhere here, for
// the one that Argo CD runs in, in an Application and its AppProject alike.
func atHome(application *v1alpha1.Application, project *v1alpha1.AppProject) {
	away := application.Spec.Destination.Server
	if away == "" {
		return
	}
	application.Spec.Destination.Server = v1alpha1.KubernetesInternalAPIServerAddr
	for i := range project.Spec.Destinations {
		if project.Spec.Destinations[i].Server == away {
			project.Spec.Destinations[i].Server = v1alpha1.KubernetesInternalAPIServerAddr
		}
	}
}

func (e *Environment) String() string {
	return strings.TrimPrefix(filepath.ToSlash(e.Directory), "../../")
}
