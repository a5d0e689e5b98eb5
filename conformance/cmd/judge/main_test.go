package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"poolsmith.dev/conformance/rendered"
)

func ask(t *testing.T, definitions string, lines ...string) []answer {
	t.Helper()
	var out bytes.Buffer
	if err := run(definitions, strings.NewReader(strings.Join(lines, "\n")), &out); err != nil {
		t.Fatal(err)
	}
	var answers []answer
	decoder := json.NewDecoder(&out)
	for decoder.More() {
		var one answer
		if err := decoder.Decode(&one); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, one)
	}
	return answers
}

func line(t *testing.T, id string, object map[string]any, rest string) string {
	t.Helper()
	text, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return `{"id":` + id + `,"object":` + string(text) + rest + `}`
}

func TestEachLineIsAnswered(t *testing.T) {
	conformance := filepath.Join("..", "..")
	shared, err := rendered.Shared(conformance)
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal(err)
	}
	if errors.Is(err, rendered.ErrNoShared) {
		shared = "none"
	}
	document, err := rendered.Read(filepath.Join(conformance, "testdata", "rendered", "prod", "capacity", "machineset-prod-7kx2p-gpu-spot-us-west-2a.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	good := line(t, "1", document.Object, "")
	value := rendered.At(document.Object, "spec", "template", "spec", "providerSpec", "value").(map[string]any)
	value["instanceTyp"] = "x"
	lossy := line(t, `"two"`, document.Object, `,"infraID":"prod-7kx2p","platform":"AWS","region":"us-west-2"`)
	value["capacityReservationId"] = "cr-0123456789abcdef0"
	bad := line(t, "3", document.Object, `,"infraID":"prod-7kx2p","platform":"AWS","region":"us-west-2"`)

	answers := ask(t, shared, good, "", lossy, bad, "no JSON", `{"id":5,"object":{"kind":"Thing"}}`)
	if len(answers) != 5 {
		t.Fatalf("%d answers", len(answers))
	}
	if !answers[0].Admitted || len(answers[0].Rewritten) != 0 || string(answers[0].ID) != "1" || answers[0].Defaulted == nil {
		t.Errorf("a good object: %+v", answers[0])
	}
	if !answers[1].Admitted || len(answers[1].Rewritten) != 1 || string(answers[1].ID) != `"two"` {
		t.Errorf("an unknown key: %+v", answers[1])
	}
	for _, answer := range answers[2:] {
		if answer.Admitted || len(answer.Errors) == 0 {
			t.Errorf("not refused: %+v", answer)
		}
	}
}

func TestTheSchemasAreAskedFor(t *testing.T) {
	if err := run("", strings.NewReader(""), &bytes.Buffer{}); err == nil {
		t.Error("without a word on the schemas it must not run")
	}
	if err := run(t.TempDir(), strings.NewReader(""), &bytes.Buffer{}); err == nil {
		t.Error("a directory without schemas must not do")
	}
}
