package conformance

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"sort"
	"strconv"
)

// Verdict is what one or more judges say of one object.
type Verdict struct {
	// Errors refuse the object.
	Errors []string
	// Warnings are shown to a person and seen by nobody in a GitOps sync.
	Warnings []string
	// Rewritten names what was written and is stored differently, or not at all.
	Rewritten []string
	// Stored is the object as the cluster would keep it.
	Stored map[string]any
}

// Clean says that the object is accepted, without a word, as it was written.
func (v Verdict) Clean() bool {
	return len(v.Errors) == 0 && len(v.Warnings) == 0 && len(v.Rewritten) == 0
}

// Complaints is everything that stands against the object, one line each.
func (v Verdict) Complaints() []string {
	var lines []string
	for _, group := range []struct {
		word  string
		lines []string
	}{{"error", v.Errors}, {"warning", v.Warnings}, {"rewritten", v.Rewritten}} {
		for _, line := range group.lines {
			lines = append(lines, group.word+": "+line)
		}
	}
	return lines
}

func (v *Verdict) refuse(format string, arguments ...any) {
	v.Errors = append(v.Errors, fmt.Sprintf(format, arguments...))
}

// Lost compares what was written with what is stored and names every key that
// is gone and every value that differs. What the other side added is no loss.
func Lost(written, stored any) []string {
	return lost(nil, "", written, stored)
}

func lost(losses []string, path string, written, stored any) []string {
	switch written := written.(type) {
	case map[string]any:
		table, ok := stored.(map[string]any)
		if !ok {
			return append(losses, differs(path, written, stored))
		}
		for _, key := range sortedKeys(written) {
			below := path + "." + key
			value, found := table[key]
			if !found {
				losses = append(losses, fmt.Sprintf("%s: %s is dropped", below, text(written[key])))
				continue
			}
			losses = lost(losses, below, written[key], value)
		}
		return losses
	case []any:
		list, ok := stored.([]any)
		if !ok || len(list) != len(written) {
			return append(losses, differs(path, written, stored))
		}
		for i := range written {
			losses = lost(losses, path+"["+strconv.Itoa(i)+"]", written[i], list[i])
		}
		return losses
	default:
		if !sameScalar(written, stored) {
			losses = append(losses, differs(path, written, stored))
		}
		return losses
	}
}

// Same compares two trees in both directions.
func Same(left, right any) []string {
	differences := Lost(left, right)
	for _, difference := range Lost(right, left) {
		differences = append(differences, "the other way round: "+difference)
	}
	return differences
}

// sameScalar takes 1 and 1.0 for the same number, as JSON does, and "1" for another value.
func sameScalar(left, right any) bool {
	if a, ok := number(left); ok {
		b, ok := number(right)
		return ok && a.Cmp(b) == 0
	}
	return reflect.DeepEqual(left, right)
}

func number(value any) (*big.Rat, bool) {
	switch value := value.(type) {
	case int:
		return new(big.Rat).SetInt64(int64(value)), true
	case int64:
		return new(big.Rat).SetInt64(value), true
	case uint64:
		return new(big.Rat).SetInt(new(big.Int).SetUint64(value)), true
	case float64:
		rational := new(big.Rat).SetFloat64(value)
		return rational, rational != nil
	case json.Number:
		return new(big.Rat).SetString(value.String())
	}
	return nil, false
}

func differs(path string, written, stored any) string {
	return fmt.Sprintf("%s: %s becomes %s", path, text(written), text(stored))
}

func text(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprintf("%v", value)
	}
	if len(encoded) > 200 {
		return string(encoded[:200]) + "…"
	}
	return string(encoded)
}

func sortedKeys(table map[string]any) []string {
	keys := make([]string, 0, len(table))
	for key := range table {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
