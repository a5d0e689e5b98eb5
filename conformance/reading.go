package conformance

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"

	goyaml "go.yaml.in/yaml/v3"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"poolsmith.dev/conformance/rendered"
)

// Readings is judge 4: the YAML readers that rendered bytes meet. It reads one
// document with each of them, demands that all see the same tree, and gives
// that tree.
//
//   - sigs.k8s.io/yaml, strict: kubectl, Argo CD, the API server's clients (YAML 1.1)
//   - apimachinery's stream decoder: how kubectl splits and reads a file
//   - go.yaml.in/yaml/v3: kustomize and most Go programs (mostly YAML 1.2)
func Readings(text []byte) (map[string]any, Verdict) {
	var verdict Verdict
	var tree map[string]any
	asJSON, err := yaml.YAMLToJSONStrict(text)
	if err == nil {
		err = rendered.Decode(asJSON, &tree)
	}
	if err != nil {
		verdict.refuse("sigs.k8s.io/yaml: %v", err)
		return nil, verdict
	}
	for _, reader := range []struct {
		name string
		read func([]byte) (any, error)
	}{
		{"apimachinery's stream decoder", readStream},
		{"go.yaml.in/yaml/v3", readGoYAML},
	} {
		other, err := reader.read(text)
		if err != nil {
			verdict.refuse("%s: %v", reader.name, err)
			continue
		}
		for _, difference := range Same(tree, other) {
			verdict.refuse("sigs.k8s.io/yaml and %s read it differently: %s", reader.name, difference)
		}
	}
	verdict.Stored = tree
	return tree, verdict
}

func readStream(text []byte) (any, error) {
	decoder := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	var tree map[string]any
	if err := decoder.Decode(&tree); err != nil {
		return nil, err
	}
	var rest map[string]any
	if err := decoder.Decode(&rest); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("more than one document, or something after it: %v", err)
	}
	return tree, nil
}

func readGoYAML(text []byte) (any, error) {
	decoder := goyaml.NewDecoder(bytes.NewReader(text))
	var root goyaml.Node
	if err := decoder.Decode(&root); err != nil {
		return nil, err
	}
	if err := plain(&root); err != nil {
		return nil, err
	}
	var tree any
	err := root.Decode(&tree)
	return tree, err
}

// jsonNumber is what every reader of every YAML version takes for the same number.
var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)

// plain refuses what no rendered document may hold: anchors, aliases, tags, and
// bare scalars that are no text and are not written as JSON would (`0123`,
// `1_000`, `~`), on which readers outside Go disagree.
func plain(node *goyaml.Node) error {
	if node.Anchor != "" || node.Kind == goyaml.AliasNode {
		return fmt.Errorf("line %d: an anchor or an alias", node.Line)
	}
	if node.Style&goyaml.TaggedStyle != 0 {
		return fmt.Errorf("line %d: a tag", node.Line)
	}
	if node.Kind == goyaml.ScalarNode && node.Style == 0 {
		word := node.Value
		switch node.ShortTag() {
		case "!!int", "!!float":
			if !jsonNumber.MatchString(word) {
				return fmt.Errorf("line %d: %s is a number to some readers only", node.Line, word)
			}
		case "!!bool", "!!null":
			if word != "true" && word != "false" && word != "null" {
				return fmt.Errorf("line %d: %q is a word to some readers only", node.Line, word)
			}
		}
	}
	for _, child := range node.Content {
		if err := plain(child); err != nil {
			return err
		}
	}
	return nil
}
