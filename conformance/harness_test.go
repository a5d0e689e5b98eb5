package conformance

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"poolsmith.dev/conformance/rendered"
)

// documents gives everything there is to judge.
func documents(t *testing.T) []rendered.Document {
	t.Helper()
	roots, err := rendered.Roots(".")
	if err != nil {
		t.Fatal(err)
	}
	documents, err := rendered.Load(roots...)
	if err != nil {
		t.Fatal(err)
	}
	return documents
}

// definitions gives the directory of the schemas. Without it a test is skipped
// on a developer's machine and fails where `CI` is set.
func definitions(t *testing.T) string {
	t.Helper()
	shared, err := rendered.Shared(".")
	if errors.Is(err, rendered.ErrNoShared) && os.Getenv("CI") == "" {
		fmt.Printf("conformance: skipped %s: %v\n", t.Name(), err)
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(shared, "crds")
}

// tally counts what one judge looked at and prints its closing line.
type tally struct {
	t       *testing.T
	judge   string
	seen    int
	refused int
}

func newTally(t *testing.T, judge string) *tally {
	tally := &tally{t: t, judge: judge}
	t.Cleanup(func() {
		fmt.Printf("conformance: %s: %d objects, %d refused\n", tally.judge, tally.seen, tally.refused)
		if tally.seen == 0 {
			t.Errorf("%s judged nothing", tally.judge)
		}
	})
	return tally
}

func (c *tally) count(document fmt.Stringer, verdict Verdict) {
	c.t.Helper()
	c.seen++
	if verdict.Clean() {
		return
	}
	c.refused++
	for _, complaint := range verdict.Complaints() {
		c.t.Errorf("%s\n\t%s", document, complaint)
	}
}

// fixture reads a hand-made document and gives it the number types of the API server.
func fixture(t *testing.T, path string) map[string]any {
	t.Helper()
	document, err := rendered.Read(filepath.Join("testdata", "rendered", filepath.FromSlash(path)+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return canonical(document.Object)
}

// set writes a value at a path of map keys, making the maps on the way.
func set(object map[string]any, value any, path ...string) map[string]any {
	table := object
	for _, key := range path[:len(path)-1] {
		below, ok := table[key].(map[string]any)
		if !ok {
			below = map[string]any{}
			table[key] = below
		}
		table = below
	}
	if value == nil {
		delete(table, path[len(path)-1])
	} else {
		table[path[len(path)-1]] = value
	}
	return object
}
