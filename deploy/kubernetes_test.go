package deploy

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
)

// object is what the tests look at of one of Kubernetes'.
type object struct {
	Kind     string
	Metadata struct{ Name string }
	Spec     struct {
		Replicas            int
		ServiceName         string
		PodManagementPolicy string
		ClusterIP           string
		PublishNotReady     bool `json:"publishNotReadyAddresses"`
		MaxUnavailable      int
		UpdateStrategy      strategy
		Strategy            strategy
		Selector            map[string]any
		Ports               []struct {
			Name       string
			Port       int
			TargetPort string
		}
		Template struct {
			Metadata struct{ Labels map[string]any }
			Spec     struct {
				Grace      int `json:"terminationGracePeriodSeconds"`
				Containers []container
			}
		}
	}
}

type strategy struct{ RollingUpdate struct{ MaxUnavailable int } }

type container struct {
	Args []string
	Env  []struct {
		Name      string
		ValueFrom struct{ SecretKeyRef struct{ Key string } }
	}
	VolumeMounts []struct{ MountPath string }
	Ports        []struct {
		Name string
		Port int `json:"containerPort"`
	}
	ReadinessProbe probe
	LivenessProbe  probe
	StartupProbe   probe
}

type probe struct{ HTTPGet struct{ Path, Port string } }

// objects of a file.
func objects(t *testing.T, name string) (all []object) {
	t.Helper()
	for text := range strings.SplitSeq(shipped(t, name), "\n---\n") {
		inJSON, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var o object
		if err := json.Unmarshal(inJSON, &o); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, o)
	}
	return all
}

func kind(t *testing.T, all []object, kind string) object {
	t.Helper()
	i := slices.IndexFunc(all, func(o object) bool { return o.Kind == kind })
	if i < 0 {
		t.Fatalf("there is no %s", kind)
	}
	return all[i]
}

// TestKubernetes: what the parts of each file say of one another holds, and the
// program takes the arguments.
func TestKubernetes(t *testing.T) {
	for name, kindOfNodes := range map[string]string{"kubernetes-cluster.yaml": "StatefulSet", "kubernetes-nats.yaml": "Deployment"} {
		t.Run(name, func(t *testing.T) {
			all := objects(t, name)
			nodes := kind(t, all, kindOfNodes)
			pod := nodes.Spec.Template
			c := pod.Spec.Containers[0]
			for _, o := range all {
				selector := o.Spec.Selector
				if match, is := selector["matchLabels"].(map[string]any); is {
					selector = match
				}
				if len(selector) == 0 || !maps.Equal(selector, pod.Metadata.Labels) {
					t.Errorf("%s %s selects %v, the nodes have %v", o.Kind, o.Metadata.Name, selector, pod.Metadata.Labels)
				}
				for _, p := range o.Spec.Ports {
					if !slices.ContainsFunc(c.Ports, func(there struct {
						Name string
						Port int `json:"containerPort"`
					}) bool {
						return there.Name == p.TargetPort || p.TargetPort == "" && there.Port == p.Port
					}) {
						t.Errorf("%s has port %d, the nodes have no such", o.Metadata.Name, p.Port)
					}
				}
			}
			if kind(t, all, "PodDisruptionBudget").Spec.MaxUnavailable != 1 ||
				nodes.Spec.Strategy.RollingUpdate.MaxUnavailable+nodes.Spec.UpdateStrategy.RollingUpdate.MaxUnavailable != 1 {
				t.Error("more than one node may be away at once")
			}
			if c.ReadinessProbe.HTTPGet.Path != "/readyz" || c.LivenessProbe.HTTPGet.Path != "/healthz" || c.StartupProbe.HTTPGet.Path != "/healthz" {
				t.Error("the probes ask for something else than /readyz and /healthz")
			}
			args := strings.Join(c.Args, " ")
			checkAdvertised(t, all, c)
			if grace := time.Duration(pod.Spec.Grace) * time.Second; grace <= leaving(t, args) {
				t.Errorf("Kubernetes waits for %v, but to leave may take %v", grace, leaving(t, args))
			}
			takes(t, c.Args)
		})
	}
}

// checkAdvertised: clients are told of the Service's port for HTTP; for the line protocol
// they are told of the nodes' own, so it has to be the same.
func checkAdvertised(t *testing.T, all []object, c container) {
	t.Helper()
	i := slices.IndexFunc(all, func(o object) bool { return o.Metadata.Name == "matchstream" && o.Kind == "Service" })
	for _, p := range all[i].Spec.Ports {
		switch p.Name {
		case "http":
			if want := fmt.Sprintf("--advertise=live.example.com:%d", p.Port); !slices.Contains(c.Args, want) {
				t.Errorf("clients are not told where HTTP is: expected %s", want)
			}
		case "lines":
			for _, there := range c.Ports {
				if there.Name == "lines" && there.Port != p.Port {
					t.Errorf("clients are told of port %d for the line protocol, it is at %d", there.Port, p.Port)
				}
			}
		}
	}
}

// takes says whether the program understands them.
func takes(t *testing.T, args []string) {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "secret")
	write(t, secret, "a-secret-of-at-least-thirty-two-characters\n")
	var known []string
	for _, a := range args {
		known = append(known, strings.NewReplacer("$(POD_NAME)", "matchstream-0", "/secrets/cluster-secret", secret).Replace(a))
	}
	if out, err := exec.Command(built(t), append(known, "--print-config")...).CombinedOutput(); err != nil {
		t.Errorf("matchstream %q: %v\n%s", known, err, out)
	}
}

// TestKubernetesAdmins: an admin command in a pod has a token that the node takes, and the
// secret is made with all that the pods have of it.
func TestKubernetesAdmins(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "DEPLOY.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "kubectl create namespace")
	if !strings.Contains(after, "kubectl exec matchstream-0 -- /matchstream admin cluster status") {
		t.Error("docs/DEPLOY.md does not say how a cluster is asked, nor how a namespace is made")
	}
	for name, kindOfNodes := range map[string]string{"kubernetes-cluster.yaml": "StatefulSet", "kubernetes-nats.yaml": "Deployment"} {
		c := kind(t, objects(t, name), kindOfNodes).Spec.Template.Spec.Containers[0]
		var keys []string
		for _, e := range c.Env {
			if key := e.ValueFrom.SecretKeyRef.Key; key != "" {
				keys = append(keys, key)
			}
			if e.Name == "MATCHSTREAM_TOKEN" && e.ValueFrom.SecretKeyRef.Key != "admin-token" {
				t.Errorf("%s: the token of commands in a pod is not that of admins", name)
			}
		}
		for _, a := range c.Args {
			if _, file, is := strings.Cut(a, "=/secrets/"); is {
				keys = append(keys, file)
			}
		}
		for _, key := range []string{"admin-token", "tokens", "operator-token"} {
			if !slices.Contains(keys, key) {
				t.Errorf("%s: the pods have no %s", name, key)
			}
		}
		if !slices.ContainsFunc(c.VolumeMounts, func(m struct{ MountPath string }) bool { return m.MountPath == "/secrets" }) {
			t.Errorf("%s: the secret is not mounted", name)
		}
		if !makesSecret(string(text), keys) {
			t.Errorf("docs/DEPLOY.md has no command that makes a secret of %v for %s", keys, name)
		}
	}
}

// makesSecret says whether one of the commands makes a secret of these keys, and no others.
func makesSecret(text string, keys []string) bool {
	for line := range strings.Lines(text) {
		if strings.Contains(line, "kubectl create secret generic matchstream ") && strings.Count(line, "--from-") == len(keys) &&
			!slices.ContainsFunc(keys, func(key string) bool {
				return !strings.Contains(line, "--from-file="+key+" ") && !strings.Contains(line, "--from-literal="+key+"=")
			}) {
			return true
		}
	}
	return false
}

// TestKubernetesCluster: the nodes find each other by the names that Kubernetes
// gives them, before they are ready.
func TestKubernetesCluster(t *testing.T) {
	all := objects(t, "kubernetes-cluster.yaml")
	nodes := kind(t, all, "StatefulSet")
	var peers []string
	for n := range nodes.Spec.Replicas {
		peers = append(peers, fmt.Sprintf("%s-%d.%s:6222", nodes.Metadata.Name, n, nodes.Spec.ServiceName))
	}
	if want := "--cluster-peers=" + strings.Join(peers, ","); len(peers) != 3 || !slices.Contains(nodes.Spec.Template.Spec.Containers[0].Args, want) {
		t.Errorf("the nodes are not told of %q", want)
	}
	if nodes.Spec.PodManagementPolicy != "Parallel" {
		t.Error("the first would wait for the others, and they for the first")
	}
	i := slices.IndexFunc(all, func(o object) bool { return o.Kind == "Service" && o.Metadata.Name == nodes.Spec.ServiceName })
	if i < 0 || all[i].Spec.ClusterIP != "None" || !all[i].Spec.PublishNotReady {
		t.Error("they have no names before they are ready")
	}
}
