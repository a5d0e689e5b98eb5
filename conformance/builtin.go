package conformance

import (
	"encoding/json"

	"k8s.io/apimachinery/pkg/api/meta"
	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kubernetesscheme "k8s.io/client-go/kubernetes/scheme"

	"poolsmith.dev/conformance/rendered"
)

// clusterScoped are the built-in kinds without a namespace that a capacity
// repository may hold. For all others a namespace is demanded.
var clusterScoped = map[string]bool{
	"Namespace": true, "PriorityClass": true, "ClusterRole": true, "ClusterRoleBinding": true, "StorageClass": true,
}

var strictBuiltin = serializer.NewCodecFactory(kubernetesscheme.Scheme, serializer.EnableStrict).UniversalDeserializer()

// JudgeBuiltin reads an object of a kind that Kubernetes itself defines with
// its Go type, strictly, and looks what of it comes back. The API server's own
// validation of these kinds is not a library; the metadata rules are, and are
// applied. ok is false where Kubernetes has no such kind.
func JudgeBuiltin(object map[string]any) (verdict Verdict, ok bool) {
	raw, err := json.Marshal(object)
	if err != nil {
		verdict.refuse("no JSON: %v", err)
		return verdict, true
	}
	typed, kind, err := strictBuiltin.Decode(raw, nil, nil)
	if kind == nil || !kubernetesscheme.Scheme.Recognizes(*kind) {
		return verdict, false
	}
	if err != nil {
		verdict.refuse("%v", err)
		return verdict, true
	}
	back, err := json.Marshal(typed)
	if err == nil {
		err = rendered.Decode(back, &verdict.Stored)
	}
	if err != nil {
		verdict.refuse("%v", err)
		return verdict, true
	}
	verdict.Stored = canonical(verdict.Stored)
	verdict.Rewritten = Lost(canonical(object), verdict.Stored)
	accessor, err := meta.Accessor(typed)
	if err != nil {
		verdict.refuse("%v", err)
		return verdict, true
	}
	for _, fault := range metavalidation.ValidateObjectMetaAccessor(accessor, !clusterScoped[kind.Kind], nameRule(kind.Kind), field.NewPath("metadata")) {
		verdict.refuse("%v", fault)
	}
	return verdict, true
}

// nameRule: roles and bindings may have a colon in their name, namespaces no dot.
func nameRule(kind string) metavalidation.ValidateNameFunc {
	switch kind {
	case "Namespace":
		return metavalidation.ValidateNamespaceName
	case "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding":
		return func(string, bool) []string { return nil }
	default:
		return metavalidation.NameIsDNSSubdomain
	}
}
