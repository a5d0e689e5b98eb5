// Package argocd judges rendered output with Argo CD's own code: the
// repo-server's generation of manifests, the plugin server that runs the
// binary, the application controller's comparison, health and sync, and the
// normaliser behind ignoreDifferences. What Argo CD talks to is ours: a
// cluster that is a map, a few lines of API discovery, and the few controllers
// whose marks a live object bears. It holds no rule of Argo CD's; see
// docs/conformance.md.
package argocd
