// Package conformance judges rendered documents with the code of the systems
// that will receive them: the Machine API's admission webhooks, the cluster
// autoscaler operator, the API server's handling of custom resources, and the
// YAML readers of kubectl and Go. It holds no rule of its own beyond "what we
// wrote must come out as we wrote it"; see docs/conformance.md.
package conformance
