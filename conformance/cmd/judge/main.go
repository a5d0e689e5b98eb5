// Judge reads objects as JSON lines on stdin and prints what the operators'
// code says of each, one JSON line an object and in the same order. It is the
// other side of a differential test: ask it the questions that poolsmith
// answered.
//
// A line in:  {"id": …, "object": {…}, "infraID": "…", "platform": "AWS", "region": "…"}
// A line out: {"id": …, "admitted": true, "errors": [], "warnings": [], "rewritten": [], "defaulted": {…}}
//
// infraID, platform and region may be left out: they are then read off the MachineSet.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	configv1 "github.com/openshift/api/config/v1"

	"poolsmith.dev/conformance"
	"poolsmith.dev/conformance/rendered"
)

type question struct {
	ID       json.RawMessage `json:"id"`
	Object   map[string]any  `json:"object"`
	InfraID  string          `json:"infraID"`
	Platform string          `json:"platform"`
	Region   string          `json:"region"`
}

type answer struct {
	ID        json.RawMessage `json:"id"`
	Admitted  bool            `json:"admitted"`
	Errors    []string        `json:"errors"`
	Warnings  []string        `json:"warnings"`
	Rewritten []string        `json:"rewritten"`
	Defaulted map[string]any  `json:"defaulted"`
}

func main() {
	definitions := flag.String("crds", os.Getenv(rendered.SharedVariable), "directory of CustomResourceDefinitions, or the shared folder that holds it as crds; `none` goes without")
	flag.Parse()
	if err := run(*definitions, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(2)
	}
}

func run(definitions string, in io.Reader, out io.Writer) error {
	switch definitions {
	case "none":
		definitions = ""
	case "":
		return errors.New("-crds is missing; say none to go without the schemas")
	default:
		if below := filepath.Join(definitions, "crds"); isDirectory(below) {
			definitions = below
		}
	}
	bench, err := conformance.NewBench(definitions)
	if err != nil {
		return err
	}
	lines := bufio.NewReaderSize(in, 1<<16)
	answers := bufio.NewWriter(out)
	encoder := json.NewEncoder(answers)
	encoder.SetEscapeHTML(false)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 1 {
			if err := encoder.Encode(judge(bench, line)); err != nil {
				return err
			}
		}
		// A caller that asks one question at a time must not wait for a full buffer.
		if lines.Buffered() == 0 {
			if err := answers.Flush(); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return answers.Flush()
		}
		if err != nil {
			return err
		}
	}
}

func judge(bench *conformance.Bench, line []byte) answer {
	var asked question
	if err := rendered.Decode(line, &asked); err != nil {
		return refused(nil, err)
	}
	cluster := conformance.Cluster{InfraID: asked.InfraID, Platform: configv1.PlatformType(asked.Platform), Region: asked.Region}
	if asked.Platform == "" && rendered.Text(asked.Object, "kind") == "MachineSet" {
		var err error
		if cluster, err = conformance.ClusterOf(asked.Object); err != nil {
			return refused(asked.ID, err)
		}
	}
	verdict := bench.Judge(cluster, asked.Object)
	return answer{
		ID:        asked.ID,
		Admitted:  len(verdict.Errors) == 0,
		Errors:    present(verdict.Errors),
		Warnings:  present(verdict.Warnings),
		Rewritten: present(verdict.Rewritten),
		Defaulted: verdict.Stored,
	}
}

func refused(id json.RawMessage, err error) answer {
	return answer{ID: id, Errors: []string{err.Error()}, Warnings: []string{}, Rewritten: []string{}}
}

// present writes an empty list as a list.
func present(lines []string) []string {
	if lines == nil {
		return []string{}
	}
	return lines
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
