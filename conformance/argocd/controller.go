package argocd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"time"

	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/controller"
	statecache "github.com/argoproj/argo-cd/v3/controller/cache"
	"github.com/argoproj/argo-cd/v3/controller/metrics"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	appfake "github.com/argoproj/argo-cd/v3/pkg/client/clientset/versioned/fake"
	"github.com/argoproj/argo-cd/v3/util/argo"
	"github.com/argoproj/argo-cd/v3/util/argo/normalizers"
	"github.com/argoproj/argo-cd/v3/util/db"
	"github.com/argoproj/argo-cd/v3/util/settings"
	clustercache "github.com/argoproj/gitops-engine/pkg/cache"
	"github.com/argoproj/gitops-engine/pkg/utils/kube"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	kubefake "k8s.io/client-go/kubernetes/fake"
	"k8s.io/kubectl/pkg/util/openapi"
)

// Controller is Argo CD's application controller, in front of a Cluster.
type Controller struct {
	Cluster  *Cluster
	states   controller.AppStateManager
	database db.ArgoDB
	metrics  *metrics.MetricsServer
}

// oneServer is made once: Argo CD registers its metrics globally.
var oneServer = sync.OnceValues(func() (*metrics.MetricsServer, error) {
	return metrics.NewMetricsServer("", nil, nil, nil, nil, nil, nil)
})

// NewController makes the controller with Argo CD's default settings, for
// Applications of one namespace. The environment variables that it sets make
// the in-cluster address lead to the Cluster, and so does every name that an
// Application's destination has.
func NewController(cluster *Cluster, namespace, scratch string, applications ...*v1alpha1.Application) (*Controller, error) {
	config := filepath.Join(scratch, "kubeconfig")
	text := fmt.Sprintf(`{"apiVersion": "v1", "kind": "Config", "current-context": "x",
		"clusters": [{"name": "x", "cluster": {"server": %q}}],
		"contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}], "users": [{"name": "x", "user": {}}]}`, cluster.server.URL)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	for name, value := range map[string]string{
		v1alpha1.EnvVarFakeInClusterConfig: "true",
		"KUBECONFIG":                       config,
		controller.EnvVarSyncWaveDelay:     "0",
	} {
		if err := os.Setenv(name, value); err != nil {
			return nil, err
		}
	}
	objects := []runtime.Object{
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
			Name: common.ArgoCDConfigMapName, Namespace: namespace, Labels: map[string]string{"app.kubernetes.io/part-of": "argocd"},
		}},
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{
			Name: common.ArgoCDSecretName, Namespace: namespace, Labels: map[string]string{"app.kubernetes.io/part-of": "argocd"},
		}},
	}
	for _, application := range applications {
		if name := application.Spec.Destination.Name; name != "" {
			objects = append(objects, &corev1.Secret{
				ObjectMeta: metav1.ObjectMeta{Name: "cluster-" + name, Namespace: namespace, Labels: map[string]string{
					common.LabelKeySecretType: common.LabelValueSecretTypeCluster,
				}},
				Data: map[string][]byte{"name": []byte(name), "server": []byte(cluster.server.URL), "config": []byte("{}")},
			})
		}
	}
	clientset := kubefake.NewClientset(objects...)
	manager := settings.NewSettingsManager(context.Background(), clientset, namespace)
	database := db.NewDB(namespace, manager, clientset)
	server, err := oneServer()
	if err != nil {
		return nil, err
	}
	apps := appfake.NewSimpleClientset()
	for _, application := range applications {
		if err := apps.Tracker().Add(application.DeepCopy()); err != nil {
			return nil, err
		}
	}
	return &Controller{
		Cluster:  cluster,
		database: database,
		states: controller.NewAppStateManager(database, apps, nil, namespace,
			kubectl{cluster: cluster}, nil, manager, stateCache{cluster: cluster}, server, nil,
			time.Minute, argo.NewResourceTracking(), true, 0, false, normalizers.IgnoreNormalizerOpts{}),
	}, nil
}

// Resource is what the controller says of one object.
type Resource struct {
	Key kube.ResourceKey
	// Sync is Synced, OutOfSync, Unknown, or empty for a hook.
	Sync string
	// Health is empty where Argo CD has no opinion.
	Health, Message string
}

// State is what the controller says of an Application.
type State struct {
	Sync       v1alpha1.SyncStatusCode
	Health     string
	Resources  map[kube.ResourceKey]Resource
	Conditions []v1alpha1.ApplicationCondition
}

// OutOfSync names the objects that differ.
func (s State) OutOfSync() []string {
	var names []string
	for key, resource := range s.Resources {
		if resource.Sync != string(v1alpha1.SyncStatusCodeSynced) {
			names = append(names, fmt.Sprintf("%s %s is %q", key.Kind, key.Name, resource.Sync))
		}
	}
	return names
}

// Compare is the controller's refresh: manifests against the cluster.
func (c *Controller) Compare(application *v1alpha1.Application, project *v1alpha1.AppProject, manifests []string) (State, error) {
	application = application.DeepCopy()
	result, err := c.states.CompareAppState(application, project, []string{revision},
		[]v1alpha1.ApplicationSource{application.Spec.GetSource()}, true, true, manifests, false)
	if err != nil {
		return State{}, err
	}
	state := State{
		Sync:       result.GetSyncStatus().Status,
		Health:     string(result.GetHealthStatus()),
		Resources:  map[kube.ResourceKey]Resource{},
		Conditions: application.Status.Conditions,
	}
	// The result's own fields are not exported: what its list says of each
	// object is read by reflection, and a renamed field is a panic.
	list := reflect.ValueOf(result).Elem().FieldByName("resources")
	for i := range list.Len() {
		one := list.Index(i)
		text := func(name string) string { return one.FieldByName(name).String() }
		resource := Resource{
			Key:  kube.ResourceKey{Group: text("Group"), Kind: text("Kind"), Namespace: text("Namespace"), Name: text("Name")},
			Sync: text("Status"),
		}
		if health := one.FieldByName("Health"); !health.IsNil() {
			resource.Health = health.Elem().FieldByName("Status").String()
			resource.Message = health.Elem().FieldByName("Message").String()
		}
		state.Resources[resource.Key] = resource
	}
	return state, nil
}

// rounds is how often the controller may come back to one sync.
const rounds = 12

// Sync is an operation as automated sync starts it, or a person for some
// resources alone, taken to its end. Between two rounds the cluster's
// controllers run. An operation that does not end, or not well, is an error.
func (c *Controller) Sync(application *v1alpha1.Application, project *v1alpha1.AppProject, manifests []string, resources ...v1alpha1.SyncOperationResource) (*v1alpha1.OperationState, error) {
	application = application.DeepCopy()
	policy := application.Spec.SyncPolicy
	if policy == nil {
		policy = &v1alpha1.SyncPolicy{}
	}
	source := application.Spec.GetSource()
	state := controller.NewOperationState(v1alpha1.Operation{
		Sync: &v1alpha1.SyncOperation{
			Source: &source, Revision: revision, Manifests: manifests,
			Prune:       policy.Automated != nil && policy.Automated.Prune,
			SyncOptions: policy.SyncOptions,
			Resources:   resources,
		},
		InitiatedBy: v1alpha1.OperationInitiator{Automated: true},
	})
	for range rounds {
		c.states.SyncAppState(application, project, state)
		if c.Cluster.Controllers != nil {
			c.Cluster.Controllers(c.Cluster)
		}
		if !state.Phase.Completed() {
			continue
		}
		if state.Phase.Successful() {
			return state, nil
		}
		failure := fmt.Errorf("%s: %s", state.Phase, state.Message)
		for _, result := range state.SyncResult.Resources {
			if result.Status == "SyncFailed" {
				failure = errors.Join(failure, fmt.Errorf("%s %s: %s", result.Kind, result.Name, result.Message))
			}
		}
		return state, failure
	}
	return state, fmt.Errorf("%s after %d rounds: %s", state.Phase, rounds, state.Message)
}

// stateCache is what the controller sees of the Cluster.
type stateCache struct {
	statecache.LiveStateCache
	cluster *Cluster
}

func (s stateCache) GetVersionsInfo(*v1alpha1.Cluster) (string, []kube.APIResourceInfo, error) {
	return "v1.33.0", nil, nil
}

func (s stateCache) IsNamespaced(_ *v1alpha1.Cluster, kind schema.GroupKind) (bool, error) {
	return s.cluster.IsNamespaced(kind)
}

func (s stateCache) GetClusterCache(*v1alpha1.Cluster) (clustercache.ClusterCache, error) {
	return clusterCache{cluster: s.cluster}, nil
}

// GetManagedLiveObjs gives what is stored under the targets' keys and whatever
// else bears the Application's tracking annotation.
func (s stateCache) GetManagedLiveObjs(_ *v1alpha1.Cluster, application *v1alpha1.Application, targets []*unstructured.Unstructured) (map[kube.ResourceKey]*unstructured.Unstructured, error) {
	tracking := argo.NewResourceTracking()
	wanted := map[kube.ResourceKey]bool{}
	for _, target := range targets {
		wanted[kube.GetResourceKey(target)] = true
	}
	live := map[kube.ResourceKey]*unstructured.Unstructured{}
	for key, object := range s.cluster.objects {
		owner := tracking.GetAppName(object, common.LabelKeyAppInstance, v1alpha1.TrackingMethodAnnotation, "")
		if wanted[key] || owner == application.InstanceName(application.Namespace) {
			live[key] = object.DeepCopy()
		}
	}
	return live, nil
}

// clusterCache is asked for the scope of kinds and for schemas, of which there are none.
type clusterCache struct {
	clustercache.ClusterCache
	cluster *Cluster
}

func (c clusterCache) IsNamespaced(kind schema.GroupKind) (bool, error) {
	return c.cluster.IsNamespaced(kind)
}
func (c clusterCache) GetOpenAPISchema() openapi.Resources    { return nil }
func (c clusterCache) GetGVKParser() *managedfields.GvkParser { return nil }
