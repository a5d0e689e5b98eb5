// What both conformance modules share: finding and reading rendered output.
// A module of its own because the two pin different Kubernetes releases.
module poolsmith.dev/conformance/rendered

go 1.26

require sigs.k8s.io/yaml v1.6.0

require go.yaml.in/yaml/v2 v2.4.2 // indirect
