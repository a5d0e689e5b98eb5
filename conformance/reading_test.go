package conformance

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"poolsmith.dev/conformance/rendered"
)

const (
	binaryVariable = "POOLSMITH_BIN"
	// projectVariable names the project that the binary renders; else the repository's own.
	projectVariable = "POOLSMITH_PROJECT"
)

func TestEveryReaderSeesTheSameTree(t *testing.T) {
	tally := newTally(t, "YAML readers")
	for _, document := range documents(t) {
		_, verdict := Readings(document.Bytes)
		tally.count(document, verdict)
	}
}

// The committed bytes are the object tree that the renderer holds in memory.
func TestReadersSeeTheRenderersTree(t *testing.T) {
	binary := os.Getenv(binaryVariable)
	if binary == "" {
		t.Skip("set " + binaryVariable + " to compare with the renderer's own tree")
	}
	project := os.Getenv(projectVariable)
	if project == "" {
		project = ".."
	}
	golden := filepath.Join(project, "golden")
	documents, err := rendered.Load(golden)
	if err != nil {
		t.Fatal(err)
	}
	tally := newTally(t, "renderer's own tree")
	for directory, group := range rendered.Environments(documents) {
		objects := render(t, binary, project, filepath.Base(directory))
		for _, document := range group {
			object, found := objects[document.Key()]
			if !found {
				tally.count(document, Verdict{Errors: []string{"the renderer gives no such object"}})
				continue
			}
			delete(objects, document.Key())
			tree, verdict := Readings(document.Bytes)
			verdict.Rewritten = Same(object, tree)
			tally.count(document, verdict)
		}
		for key := range objects {
			t.Errorf("%s: no file for %s", directory, key)
		}
	}
}

func render(t *testing.T, binary, project, environment string) map[string]map[string]any {
	t.Helper()
	command := exec.Command(binary, "render", "--env", environment, "--format", "json")
	command.Dir = project
	var complaints bytes.Buffer
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", command, err, complaints.String())
	}
	var list []map[string]any
	if err := rendered.Decode(output, &list); err != nil {
		t.Fatalf("%v: %v", command, err)
	}
	objects := map[string]map[string]any{}
	for _, object := range list {
		objects[rendered.Key(object)] = object
	}
	return objects
}

func TestReadersRefuse(t *testing.T) {
	for name, text := range map[string]string{
		"a duplicate key":             "a: 1\na: 2\n",
		"a word of YAML 1.1":          "a: yes\n",
		"an octal number of YAML 1.1": "a: 0123\n",
		"an octal number of YAML 1.2": "a: 0o17\n",
		"a number with underscores":   "a: 1_000\n",
		"an exponent":                 "a: 1e3\n",
		"an empty value":              "a:\n",
		"a tilde":                     "a: ~\n",
		"a date":                      "a: 2024-01-01\n",
		"an anchor":                   "a: &x 1\nb: *x\n",
		"a tag":                       "a: !!str 1\n",
		"a second document":           "a: 1\n---\nb: 2\n",
		"a key that is a word":        "y: 1\n",
		"a list":                      "- a\n",
		"nothing":                     "# nothing\n",
		"a tab":                       "a:\n\tb: 1\n",
	} {
		if _, verdict := Readings([]byte(text)); len(verdict.Errors) == 0 {
			t.Errorf("%s passes: %q", name, text)
		}
	}
	text := "# first line\na: \"yes\"\n\"0123\": -5\nc: [true, null, 1.5]\nd: {}\n"
	if tree, verdict := Readings([]byte(text)); !verdict.Clean() || tree["a"] != "yes" {
		t.Errorf("a good document is refused: %q", verdict.Complaints())
	}
}
