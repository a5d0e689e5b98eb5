package conformance

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	structuraldefaulting "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	structurallisttype "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	schemaobjectmeta "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	structuralpruning "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	apiservervalidation "k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"

	"poolsmith.dev/conformance/rendered"
)

// Schemas is judge 3: what the API server does to a custom resource before any
// webhook sees it (pruning, defaulting) and after (validation, CEL included).
type Schemas struct {
	versions map[string]*schemaVersion
}

// schemaVersion is one served version of a custom resource; the validators are
// compiled when first needed, since CEL rules are slow to compile.
type schemaVersion struct {
	namespaced bool
	properties *apiextensionsv1.JSONSchemaProps

	once       sync.Once
	err        error
	structural *structuralschema.Structural
	validator  apiservervalidation.SchemaValidator
	rules      *cel.Validator
}

// NewSchemas reads every CustomResourceDefinition of a directory.
func NewSchemas(directory string) (*Schemas, error) {
	files, err := filepath.Glob(filepath.Join(directory, "*.yaml"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds no CustomResourceDefinition", directory)
	}
	schemas := &Schemas{versions: map[string]*schemaVersion{}}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var definition apiextensionsv1.CustomResourceDefinition
		if err := yaml.Unmarshal(text, &definition); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, version := range definition.Spec.Versions {
			if !version.Served || version.Schema == nil {
				continue
			}
			name := definition.Spec.Group + "/" + version.Name + " " + definition.Spec.Names.Kind
			schemas.versions[name] = &schemaVersion{
				namespaced: definition.Spec.Scope == apiextensionsv1.NamespaceScoped,
				properties: version.Schema.OpenAPIV3Schema,
			}
		}
	}
	return schemas, nil
}

// Judge stores an object of a known custom resource as the API server would; ok
// is false where the kind has no schema here.
func (s *Schemas) Judge(object map[string]any) (verdict Verdict, ok bool) {
	version, known := s.versions[rendered.Text(object, "apiVersion")+" "+rendered.Text(object, "kind")]
	if !known {
		return verdict, false
	}
	if err := version.compile(); err != nil {
		verdict.refuse("the schema itself does not compile: %v", err)
		return verdict, true
	}
	written := canonical(object)
	stored := (&unstructured.Unstructured{Object: written}).DeepCopy()

	for _, path := range version.prune(stored, &verdict) {
		verdict.Rewritten = append(verdict.Rewritten, fmt.Sprintf(".%s: pruned, the schema does not know it", path))
	}
	structuraldefaulting.Default(stored.Object, version.structural)
	structuraldefaulting.PruneNonNullableNullsWithoutDefaults(stored.Object, version.structural)
	if len(verdict.Rewritten) == 0 {
		verdict.Rewritten = Lost(written, stored.Object)
	}
	for _, err := range version.validate(stored) {
		verdict.refuse("%v", err)
	}
	verdict.Stored = stored.Object
	return verdict, true
}

func (v *schemaVersion) compile() error {
	v.once.Do(func() {
		internal := new(apiextensions.JSONSchemaProps)
		if v.err = apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(v.properties, internal, nil); v.err != nil {
			return
		}
		if v.structural, v.err = structuralschema.NewStructural(internal); v.err != nil {
			return
		}
		if v.validator, _, v.err = apiservervalidation.NewSchemaValidator(internal); v.err != nil {
			return
		}
		v.rules = cel.NewValidator(v.structural, true, celconfig.PerCallLimit)
	})
	return v.err
}

// prune removes what the schema does not know, at the root, in embedded objects
// and in the metadata, and names it. The metadata stands aside meanwhile: the
// schema says no more of it than "object".
func (v *schemaVersion) prune(object *unstructured.Unstructured, verdict *Verdict) []string {
	meta, found, paths, err := schemaobjectmeta.GetObjectMetaWithOptions(object.Object, schemaobjectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		verdict.refuse("%v", err)
		return nil
	}
	apiVersion, kind := object.GetAPIVersion(), object.GetKind()
	options := structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	paths = append(paths, structuralpruning.PruneWithOptions(object.Object, v.structural, true, options)...)
	fault, embedded := schemaobjectmeta.CoerceWithOptions(nil, object.Object, v.structural, false, schemaobjectmeta.CoerceOptions{ReturnUnknownFieldPaths: true})
	if fault != nil {
		verdict.refuse("%v", fault)
	}
	object.SetAPIVersion(apiVersion)
	object.SetKind(kind)
	if found {
		if err := schemaobjectmeta.SetObjectMeta(object.Object, meta); err != nil {
			verdict.refuse("%v", err)
		}
	}
	return append(paths, embedded...)
}

// validate is the creation strategy of custom resources, call by call.
func (v *schemaVersion) validate(object *unstructured.Unstructured) field.ErrorList {
	errs := metavalidation.ValidateObjectMetaAccessor(object, v.namespaced, metavalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
	errs = append(errs, apiservervalidation.ValidateCustomResource(nil, object.Object, v.validator)...)
	errs = append(errs, schemaobjectmeta.Validate(nil, object.Object, v.structural, false)...)
	errs = append(errs, structurallisttype.ValidateListSetsAndMaps(nil, v.structural, object.Object)...)
	if len(errs) > 0 || v.rules == nil {
		return errs
	}
	errs, _ = v.rules.Validate(context.Background(), nil, v.structural, object.Object, nil, celconfig.RuntimeCELCostBudget)
	return errs
}
