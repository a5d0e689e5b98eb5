package conformance

import (
	"fmt"

	"poolsmith.dev/conformance/rendered"
)

// Bench holds the judges that look at a single object.
type Bench struct {
	machines   *MachineAPI
	autoscaler *Autoscaler
	schemas    *Schemas
}

// NewBench makes the judges; `definitions` is the directory of the
// CustomResourceDefinitions, or empty to go without judge 3.
func NewBench(definitions string) (*Bench, error) {
	autoscaler, err := NewAutoscaler()
	if err != nil {
		return nil, err
	}
	bench := &Bench{machines: NewMachineAPI(), autoscaler: autoscaler}
	if definitions != "" {
		if bench.schemas, err = NewSchemas(definitions); err != nil {
			return nil, err
		}
	}
	return bench, nil
}

// Judge takes an object through everything that is competent for its kind, in
// the order of a request: the schema prunes and defaults, the webhooks mutate
// and validate. What an earlier judge stores, the next one sees.
func (b *Bench) Judge(cluster Cluster, object map[string]any) (verdict Verdict) {
	defer func() {
		// A panic of the judged code is a refusal of this object, not the end of the run.
		if fault := recover(); fault != nil {
			verdict.refuse("a judge panics: %v", fault)
		}
	}()
	verdict.Stored = canonical(object)
	judged := false
	take := func(part Verdict, competent bool) {
		if !competent {
			return
		}
		judged = true
		verdict.Errors = append(verdict.Errors, part.Errors...)
		verdict.Warnings = append(verdict.Warnings, part.Warnings...)
		verdict.Rewritten = append(verdict.Rewritten, part.Rewritten...)
		if part.Stored != nil {
			verdict.Stored = part.Stored
		}
	}

	if b.schemas != nil {
		take(b.schemas.Judge(verdict.Stored))
	}
	if !judged {
		take(JudgeBuiltin(verdict.Stored))
	}
	take(b.autoscaler.Judge(verdict.Stored))
	if isMachineSet(object) {
		take(b.machines.Judge(cluster, verdict.Stored), true)
	}
	if !judged {
		verdict.refuse("no judge knows %s", kindOf(object))
	}
	return verdict
}

func kindOf(object map[string]any) string {
	return fmt.Sprintf("%s %s", rendered.Text(object, "apiVersion"), rendered.Text(object, "kind"))
}
