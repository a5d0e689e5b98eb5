package conformance

import (
	"strings"
	"testing"

	configv1 "github.com/openshift/api/config/v1"
)

func TestMachineAPIAdmitsEveryMachineSetAsWritten(t *testing.T) {
	judge := NewMachineAPI()
	tally := newTally(t, "machine-api webhooks")
	for _, document := range documents(t) {
		if !isMachineSet(document.Object) {
			continue
		}
		cluster, err := ClusterOf(document.Object)
		if err != nil {
			tally.count(document, Verdict{Errors: []string{err.Error()}})
			continue
		}
		tally.count(document, judge.Judge(cluster, document.Object))
	}
}

var awsCluster = Cluster{InfraID: "prod-7kx2p", Platform: configv1.AWSPlatformType, Region: "us-west-2"}

const spotSet = "prod/capacity/machineset-prod-7kx2p-gpu-spot-us-west-2a"

// The judge itself, tried on what it must not let pass.
func TestMachineAPIRefuses(t *testing.T) {
	value := []string{"spec", "template", "spec", "providerSpec", "value"}
	at := func(path ...string) []string { return append(append([]string{}, value...), path...) }
	cases := []struct {
		name  string
		value any
		path  []string
		// which list of the verdict speaks, and what it says
		group, says string
	}{
		{"an unknown key vanishes", "x", at("instanceTyp"), "rewritten", ".instanceTyp: \"x\" is dropped"},
		{"another spelling is rewritten", true, at("publicIP"), "rewritten", ".publicIP: true is dropped"},
		{"a zero value vanishes", []any{}, at("loadBalancers"), "rewritten", "is dropped"},
		{"a number becomes a string", 0.5, at("spotMarketOptions", "maxPrice"), "rewritten", "0.5 becomes \"0.5\""},
		{"a string is no number", "200", at("deviceIndex"), "error", "deviceIndex"},
		{"spot and a reservation", "cr-0123456789abcdef0", at("capacityReservationId"), "error", "capacityReservation"},
		{"no image", nil, at("ami", "id"), "error", "ami.id"},
		{"no instance profile", nil, at("iamInstanceProfile"), "warning", "iamInstanceProfile"},
		{"a secret that is not there", "other", at("credentialsSecret", "name"), "warning", "not found"},
		{"a selector that misses its template", "other", []string{"spec", "template", "metadata", "labels", "machine.openshift.io/cluster-api-machineset"}, "error", "does not match template"},
		{"no providerSpec", nil, value, "error", "a value must be provided"},
	}
	judge := NewMachineAPI()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			verdict := judge.Judge(awsCluster, set(fixture(t, spotSet), c.value, c.path...))
			if !says(verdict, c.group, c.says) {
				t.Errorf("expected %s with %q, got %q", c.group, c.says, verdict.Complaints())
			}
		})
	}
}

func TestMachineAPIFillsInTheClustersRegion(t *testing.T) {
	path := []string{"spec", "template", "spec", "providerSpec", "value", "placement", "region"}
	verdict := NewMachineAPI().Judge(awsCluster, set(fixture(t, spotSet), nil, path...))
	if !verdict.Clean() {
		t.Fatalf("refused: %q", verdict.Complaints())
	}
	if region := at(verdict.Stored, path...); region != "us-west-2" {
		t.Errorf("the region is %v: the stub's Infrastructure was not read", region)
	}
}

// The platform is the cluster's, whatever the providerSpec says of itself.
func TestMachineAPIJudgesForTheClusterNotForTheKind(t *testing.T) {
	for platform, says := range map[configv1.PlatformType]string{
		configv1.AzurePlatformType:   "cannot unmarshal object into Go struct field AzureMachineProviderSpec",
		configv1.GCPPlatformType:     "cannot unmarshal object into Go struct field GCPMachineProviderSpec",
		configv1.VSpherePlatformType: ".instanceType: \"g6e.xlarge\" is dropped",
	} {
		cluster := Cluster{InfraID: "prod-7kx2p", Platform: platform, Region: "r"}
		verdict := NewMachineAPI().Judge(cluster, fixture(t, spotSet))
		if !strings.Contains(strings.Join(verdict.Complaints(), "\n"), says) {
			t.Errorf("%s: %q", platform, verdict.Complaints())
		}
	}
	cluster := Cluster{InfraID: "prod-7kx2p", Platform: configv1.OpenStackPlatformType}
	if verdict := NewMachineAPI().Judge(cluster, fixture(t, spotSet)); !verdict.Clean() {
		t.Errorf("a platform without rules must let everything pass: %q", verdict.Complaints())
	}
}

func says(verdict Verdict, group, words string) bool {
	lines := map[string][]string{"error": verdict.Errors, "warning": verdict.Warnings, "rewritten": verdict.Rewritten}[group]
	return strings.Contains(strings.Join(lines, "\n"), words)
}
