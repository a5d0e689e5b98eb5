package argocd

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/reposerver/repository"
	"github.com/argoproj/argo-cd/v3/util/git"
	utilio "github.com/argoproj/argo-cd/v3/util/io"
	"k8s.io/apimachinery/pkg/api/resource"
)

// revision is what Argo CD takes the repository's commit to be.
const revision = "0123456789abcdef0123456789abcdef01234567"

// Manifests is Argo CD's repo-server: what it makes of an Application's source
// in a checkout, with the tracking annotation that it adds. A plugin is asked
// through its socket.
func Manifests(application *v1alpha1.Application, checkout, path string) ([]string, error) {
	source := application.Spec.GetSource()
	checkout, err := filepath.Abs(checkout)
	if err != nil {
		return nil, err
	}
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	response, err := repository.GenerateManifests(context.Background(), path, checkout, revision,
		&apiclient.ManifestRequest{
			Repo:              &v1alpha1.Repository{Repo: source.RepoURL},
			AppName:           application.InstanceName(application.Namespace),
			AppLabelKey:       common.LabelKeyAppInstance,
			Namespace:         application.Spec.Destination.Namespace,
			ProjectName:       application.Spec.GetProject(),
			ApplicationSource: &source,
			TrackingMethod:    string(v1alpha1.TrackingMethodAnnotation),
			KubeVersion:       "1.33.0",
			EnabledSourceTypes: map[string]bool{
				string(v1alpha1.ApplicationSourceTypeDirectory): true,
				string(v1alpha1.ApplicationSourceTypePlugin):    true,
			},
		},
		true, git.NoopCredsStore{}, resource.MustParse("10Mi"), utilio.NewRandomizedTempPaths(""))
	if err != nil {
		return nil, err
	}
	if len(response.Manifests) == 0 {
		return nil, fmt.Errorf("application %s: the repo-server finds nothing in %s", application.Name, path)
	}
	return response.Manifests, nil
}

// FromDirectory is Manifests for what is committed, whatever the Application's
// own way is: a plugin gives the same objects, which TestThePlugin… shows.
func (e *Environment) FromDirectory(application *v1alpha1.Application) ([]string, error) {
	bundle := Bundle(application)
	committed := application.DeepCopy()
	if committed.Spec.Source != nil && committed.Spec.Source.Plugin != nil {
		committed.Spec.Source.Plugin = nil
		committed.Spec.Source.Directory = &v1alpha1.ApplicationSourceDirectory{Include: "*.yaml"}
	}
	return Manifests(committed, e.Directory, filepath.Join(e.Directory, bundle))
}
