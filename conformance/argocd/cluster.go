package argocd

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"sync"

	"github.com/argoproj/gitops-engine/pkg/utils/kube"
	jsonpatch "github.com/evanphx/json-patch"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/jsonmergepatch"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"
	"k8s.io/kubectl/pkg/util"
	"k8s.io/kubectl/pkg/util/openapi"
)

// scopes are the kinds that the cluster serves: whether each lives in a namespace.
var scopes = map[schema.GroupVersionKind]bool{
	{Version: "v1", Kind: "Namespace"}:                                                 false,
	{Version: "v1", Kind: "ConfigMap"}:                                                 true,
	{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "ClusterRole"}:           false,
	{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "ClusterRoleBinding"}:    false,
	{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "Role"}:                  true,
	{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "RoleBinding"}:           true,
	{Group: "machine.openshift.io", Version: "v1beta1", Kind: "MachineSet"}:            true,
	{Group: "machine.openshift.io", Version: "v1beta1", Kind: "MachineHealthCheck"}:    true,
	{Group: "autoscaling.openshift.io", Version: "v1beta1", Kind: "MachineAutoscaler"}: true,
	{Group: "autoscaling.openshift.io", Version: "v1", Kind: "ClusterAutoscaler"}:      false,
	{Group: "operators.coreos.com", Version: "v1alpha1", Kind: "Subscription"}:         true,
	{Group: "operators.coreos.com", Version: "v1", Kind: "OperatorGroup"}:              true,
	{Group: "nvidia.com", Version: "v1", Kind: "ClusterPolicy"}:                        false,
	{Group: "nfd.openshift.io", Version: "v1", Kind: "NodeFeatureDiscovery"}:           true,
	{Group: "argoproj.io", Version: "v1alpha1", Kind: "Application"}:                   true,
	{Group: "argoproj.io", Version: "v1alpha1", Kind: "AppProject"}:                    true,
	{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"}:   false,
}

// Apply is one object that Argo CD handed to kubectl.
type Apply struct {
	Verb   string // apply, replace, create, update or delete
	DryRun bool
	Force  bool
	// ServerSide says that the whole object is sent, with force-conflicts.
	ServerSide bool
	Object     *unstructured.Unstructured
	// Patch is what kubectl's client-side apply sends; nil for an object that is new.
	Patch map[string]any
}

// Key names the object.
func (a Apply) Key() kube.ResourceKey { return kube.GetResourceKey(a.Object) }

// Cluster is as much of a cluster as Argo CD's controller needs.
type Cluster struct {
	server  *httptest.Server
	mutex   sync.Mutex
	objects map[kube.ResourceKey]*unstructured.Unstructured
	missing map[schema.GroupKind]bool
	// Applies is all that Argo CD did, in order.
	Applies []Apply
	// Controllers run over the objects after each step of a sync.
	Controllers func(*Cluster)
}

// NewCluster starts the discovery endpoint of an empty cluster; Close ends it.
func NewCluster() *Cluster {
	cluster := &Cluster{
		objects: map[kube.ResourceKey]*unstructured.Unstructured{},
		missing: map[schema.GroupKind]bool{},
	}
	cluster.server = httptest.NewServer(http.HandlerFunc(cluster.discover))
	return cluster
}

// Close ends the discovery endpoint.
func (c *Cluster) Close() { c.server.Close() }

// Serve says whether the definition of a custom kind is there.
func (c *Cluster) Serve(kind schema.GroupKind, served bool) { c.missing[kind] = !served }

// Put stores an object, with a uid of its own: Argo CD takes two objects of one
// uid for the same one in two API groups.
func (c *Cluster) Put(object *unstructured.Unstructured) {
	key := kube.GetResourceKey(object)
	object = object.DeepCopy()
	object.SetUID(types.UID(key.String()))
	c.objects[key] = object
}

// Get gives a stored object, or nil.
func (c *Cluster) Get(key kube.ResourceKey) *unstructured.Unstructured { return c.objects[key] }

// Objects lists what is stored, in a fixed order.
func (c *Cluster) Objects() []*unstructured.Unstructured {
	keys := make([]kube.ResourceKey, 0, len(c.objects))
	for key := range c.objects {
		keys = append(keys, key)
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
	objects := make([]*unstructured.Unstructured, 0, len(keys))
	for _, key := range keys {
		objects = append(objects, c.objects[key])
	}
	return objects
}

// discover answers `/api/v1` and `/apis/<group>/<version>`.
func (c *Cluster) discover(answer http.ResponseWriter, request *http.Request) {
	parts := strings.Split(strings.Trim(request.URL.Path, "/"), "/")
	var version schema.GroupVersion
	switch {
	case len(parts) == 2 && parts[0] == "api":
		version = schema.GroupVersion{Version: parts[1]}
	case len(parts) == 3 && parts[0] == "apis":
		version = schema.GroupVersion{Group: parts[1], Version: parts[2]}
	}
	list := metav1.APIResourceList{GroupVersion: version.String()}
	for kind, namespaced := range scopes {
		if kind.GroupVersion() == version && !c.missing[kind.GroupKind()] {
			list.APIResources = append(list.APIResources, metav1.APIResource{
				Name: strings.ToLower(kind.Kind) + "s", Kind: kind.Kind, Namespaced: namespaced,
				Verbs: metav1.Verbs{"get", "list", "watch", "create", "update", "patch", "delete"},
			})
		}
	}
	answer.Header().Set("Content-Type", "application/json")
	var body any = list
	if len(list.APIResources) == 0 {
		answer.WriteHeader(http.StatusNotFound)
		body = apierrors.NewNotFound(schema.GroupResource{Group: version.Group}, request.URL.Path).Status()
	}
	_ = json.NewEncoder(answer).Encode(body)
}

// IsNamespaced is asked by the controller about targets and live objects.
func (c *Cluster) IsNamespaced(kind schema.GroupKind) (bool, error) {
	for served, namespaced := range scopes {
		if served.GroupKind() == kind && !c.missing[kind] {
			return namespaced, nil
		}
	}
	return false, apierrors.NewNotFound(schema.GroupResource{Group: kind.Group, Resource: kind.Kind}, "")
}

// kubectl is what Argo CD runs instead of the command.
type kubectl struct {
	kube.Kubectl // whatever else it asks for is a fault of this test bench, and ends in a panic
	cluster      *Cluster
}

func (k kubectl) ManageResources(*rest.Config, openapi.Resources) (kube.ResourceOperations, func(), error) {
	return operations(k), func() {}, nil
}

func (k kubectl) DeleteResource(_ context.Context, _ *rest.Config, gvk schema.GroupVersionKind, name, namespace string, _ metav1.DeleteOptions) error {
	key := kube.ResourceKey{Group: gvk.Group, Kind: gvk.Kind, Namespace: namespace, Name: name}
	live := k.cluster.Get(key)
	if live == nil {
		return apierrors.NewNotFound(schema.GroupResource{Group: gvk.Group, Resource: gvk.Kind}, name)
	}
	k.cluster.Applies = append(k.cluster.Applies, Apply{Verb: "delete", Object: live})
	delete(k.cluster.objects, key)
	return nil
}

// operations stands for kubectl's apply, replace, create and update.
type operations kubectl

func (o operations) record(verb string, object *unstructured.Unstructured, strategy cmdutil.DryRunStrategy, force, serverSide bool) (string, error) {
	cluster := o.cluster
	cluster.mutex.Lock()
	defer cluster.mutex.Unlock()
	object = object.DeepCopy()
	namespaced, err := cluster.IsNamespaced(object.GroupVersionKind().GroupKind())
	if err == nil && !namespaced {
		// Argo CD writes a namespace even here; kubectl knows better.
		object.SetNamespace("")
	}
	call := Apply{Verb: verb, DryRun: strategy != cmdutil.DryRunNone, Force: force, ServerSide: serverSide, Object: object}
	defer func() { cluster.Applies = append(cluster.Applies, call) }()
	if err != nil {
		return "", fmt.Errorf("no matches for kind %q in version %q", object.GetKind(), object.GetAPIVersion())
	}
	if call.DryRun {
		return "", nil
	}
	live := cluster.Get(call.Key())
	stored, patch, err := clientSideApply(object, live)
	if err != nil {
		return "", err
	}
	call.Patch = patch
	cluster.Put(stored)
	return fmt.Sprintf("%s/%s configured", object.GetKind(), object.GetName()), nil
}

func (o operations) ApplyResource(_ context.Context, object *unstructured.Unstructured, strategy cmdutil.DryRunStrategy, force, _, serverSide bool, _ string) (string, error) {
	return o.record("apply", object, strategy, force, serverSide)
}

func (o operations) ReplaceResource(_ context.Context, object *unstructured.Unstructured, strategy cmdutil.DryRunStrategy, force bool) (string, error) {
	return o.record("replace", object, strategy, force, false)
}

func (o operations) CreateResource(_ context.Context, object *unstructured.Unstructured, strategy cmdutil.DryRunStrategy, _ bool) (string, error) {
	return o.record("create", object, strategy, false, false)
}

func (o operations) UpdateResource(_ context.Context, object *unstructured.Unstructured, strategy cmdutil.DryRunStrategy) (*unstructured.Unstructured, error) {
	_, err := o.record("update", object, strategy, false, false)
	return object, err
}

// clientSideApply is what `kubectl apply` does with an object: it is created
// with the annotation of what was applied, or patched by three-way merge of
// that annotation, the new object and the live one: strategically for built-in
// kinds, as a JSON merge for custom ones. It gives what is stored and the patch.
func clientSideApply(object, live *unstructured.Unstructured) (*unstructured.Unstructured, map[string]any, error) {
	modified, err := util.GetModifiedConfiguration(object, true, unstructured.UnstructuredJSONScheme)
	if err != nil {
		return nil, nil, err
	}
	if live == nil {
		created := new(unstructured.Unstructured)
		return created, nil, created.UnmarshalJSON(modified)
	}
	original, err := util.GetOriginalConfiguration(live)
	if err != nil {
		return nil, nil, err
	}
	current, err := live.MarshalJSON()
	if err != nil {
		return nil, nil, err
	}
	var patch, result []byte
	if typed, err := scheme.Scheme.New(object.GroupVersionKind()); err == nil {
		meta, err := strategicpatch.NewPatchMetaFromStruct(typed)
		if err != nil {
			return nil, nil, err
		}
		patch, err = strategicpatch.CreateThreeWayMergePatch(original, modified, current, meta, true)
		if err != nil {
			return nil, nil, err
		}
		result, err = strategicpatch.StrategicMergePatch(current, patch, typed)
		if err != nil {
			return nil, nil, err
		}
	} else {
		patch, err = jsonmergepatch.CreateThreeWayJSONMergePatch(original, modified, current)
		if err != nil {
			return nil, nil, err
		}
		result, err = jsonpatch.MergePatch(current, patch)
		if err != nil {
			return nil, nil, err
		}
	}
	var tree map[string]any
	if err := json.Unmarshal(patch, &tree); err != nil {
		return nil, nil, err
	}
	stored := new(unstructured.Unstructured)
	return stored, tree, stored.UnmarshalJSON(result)
}
