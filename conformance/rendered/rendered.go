// Package rendered finds the documents that the judges look at: our own
// hand-made ones, the committed output of the repository, and any directory
// that the environment names. It judges nothing.
package rendered

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"sigs.k8s.io/yaml"
)

const (
	// ExtraVariable lists further directories of rendered output, separated by colons.
	ExtraVariable = "POOLSMITH_RENDERED"
	// SharedVariable names the folder that holds the schemas of the target kinds in `crds`.
	SharedVariable = "POOLSMITH_SHARED"
)

// ErrNoShared says that the folder with the schemas is not on this machine.
var ErrNoShared = errors.New("the shared folder is not here; set " + SharedVariable)

// Document is one rendered file: `<environment>/<bundle>/<kind>-<name>.yaml`.
type Document struct {
	Path        string
	Environment string
	Bundle      string
	Bytes       []byte
	Object      map[string]any
}

// Kind is the object's kind, or the empty string.
func (d Document) Kind() string { return Text(d.Object, "kind") }

// Group is the API group of the object; the core group is empty.
func (d Document) Group() string {
	group, _, found := strings.Cut(Text(d.Object, "apiVersion"), "/")
	if !found {
		return ""
	}
	return group
}

// Name is the object's name, or the empty string.
func (d Document) Name() string { return Text(d.Object, "metadata", "name") }

// Is says whether the object is of this group and kind.
func (d Document) Is(group, kind string) bool { return d.Kind() == kind && d.Group() == group }

func (d Document) String() string {
	return fmt.Sprintf("%s (%s/%s)", d.Path, d.Kind(), d.Name())
}

// Key tells one object of an environment from another.
func (d Document) Key() string { return Key(d.Object) }

// Key tells one object of an environment from another.
func Key(object map[string]any) string {
	return strings.Join([]string{
		Text(object, "apiVersion"), Text(object, "kind"),
		Text(object, "metadata", "namespace"), Text(object, "metadata", "name"),
	}, "|")
}

// At follows a path of map keys; it gives nil where the path ends early.
func At(value any, path ...string) any {
	for _, key := range path {
		table, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = table[key]
	}
	return value
}

// Text is At for a string; anything else counts as absent.
func Text(value any, path ...string) string {
	text, _ := At(value, path...).(string)
	return text
}

// Roots lists the directories to judge, for a package in `conformance`:
// the hand-made documents, the committed output if there is any, and what
// the environment names. A directory that was named and is missing is an error.
func Roots(conformance string) ([]string, error) {
	roots := []string{filepath.Join(conformance, "testdata", "rendered")}
	golden := filepath.Join(conformance, "..", "golden")
	if isDirectory(golden) {
		roots = append(roots, golden)
	}
	for _, extra := range filepath.SplitList(os.Getenv(ExtraVariable)) {
		if extra != "" {
			roots = append(roots, extra)
		}
	}
	for _, root := range roots {
		if !isDirectory(root) {
			return nil, fmt.Errorf("%s is no directory", root)
		}
	}
	return roots, nil
}

// Load reads every document under the roots, ordered by path. A root without
// any document is an error: a judge that looks at nothing must not pass.
func Load(roots ...string) ([]Document, error) {
	var documents []Document
	for _, root := range roots {
		before := len(documents)
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
				return err
			}
			document, err := Read(path)
			if err == nil {
				documents = append(documents, document)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(documents) == before {
			return nil, fmt.Errorf("%s holds no rendered document", root)
		}
	}
	sort.SliceStable(documents, func(i, j int) bool { return documents[i].Path < documents[j].Path })
	return documents, nil
}

// Read reads one document the way kubectl does, refusing duplicate keys.
func Read(path string) (Document, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Document{}, err
	}
	bundle := filepath.Dir(path)
	document := Document{
		Path:        path,
		Bundle:      filepath.Base(bundle),
		Environment: filepath.Base(filepath.Dir(bundle)),
		Bytes:       text,
	}
	asJSON, err := yaml.YAMLToJSONStrict(text)
	if err == nil {
		err = Decode(asJSON, &document.Object)
	}
	if err != nil {
		return Document{}, fmt.Errorf("%s: %w", path, err)
	}
	return document, nil
}

// Decode reads JSON and keeps every number as it was written.
func Decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// Environments groups documents by the directory of their environment: two
// roots may hold an environment of the same name.
func Environments(documents []Document) map[string][]Document {
	groups := map[string][]Document{}
	for _, document := range documents {
		directory := filepath.Dir(filepath.Dir(document.Path))
		groups[directory] = append(groups[directory], document)
	}
	return groups
}

// Shared is the folder with the schemas: what the environment names, or the
// one beside the repository.
func Shared(conformance string) (string, error) {
	shared := os.Getenv(SharedVariable)
	if shared == "" {
		shared = filepath.Join(conformance, "..", "..", "shared")
	}
	if !isDirectory(filepath.Join(shared, "crds")) {
		return "", ErrNoShared
	}
	return shared, nil
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
