package argocd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/argoproj/argo-cd/v3/cmpserver/apiclient"
	"github.com/argoproj/argo-cd/v3/cmpserver/plugin"
	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/util/cmp"
	"google.golang.org/grpc"
	"sigs.k8s.io/yaml"
)

// PluginConfig is Argo CD's reader of plugin.yaml, for the directory that holds
// it. That reader ignores unknown keys; here they are an error.
func PluginConfig(directory string) (*plugin.PluginConfig, error) {
	text, err := os.ReadFile(filepath.Join(directory, common.PluginConfigFileName))
	if err != nil {
		return nil, err
	}
	if err := yaml.UnmarshalStrict(text, new(plugin.PluginConfig)); err != nil {
		return nil, err
	}
	return plugin.ReadPluginConfig(directory)
}

// Sidecar is argocd-cmp-server with one plugin, behind a socket where Argo CD's
// repo-server looks for it.
type Sidecar struct {
	server  *grpc.Server
	address string
}

// StartSidecar serves a plugin whose commands are run from `binary` in place of
// the path in the image. The environment variables that it sets tell the
// repo-server where the socket is.
func StartSidecar(config *plugin.PluginConfig, binary, scratch string) (*Sidecar, error) {
	sockets := filepath.Join(scratch, "plugins")
	if err := os.MkdirAll(sockets, 0o700); err != nil {
		return nil, err
	}
	for name, value := range map[string]string{
		common.EnvPluginSockFilePath: sockets,
		common.EnvCMPWorkDir:         scratch,
	} {
		if err := os.Setenv(name, value); err != nil {
			return nil, err
		}
	}
	mine := *config
	for _, command := range []*plugin.Command{&mine.Spec.Generate, &mine.Spec.Parameters.Dynamic} {
		if len(command.Command) == 0 || command.Command[0] != "/usr/local/bin/poolsmith" {
			return nil, fmt.Errorf("plugin.yaml does not run the binary of the image: %q", command.Command)
		}
		command.Command = append([]string{binary}, command.Command[1:]...)
	}
	service := plugin.NewService(plugin.CMPServerInitConstants{PluginConfig: mine})
	if err := service.Init(common.GetCMPWorkDir()); err != nil {
		return nil, err
	}
	listener, err := net.Listen("unix", mine.Address())
	if err != nil {
		return nil, err
	}
	sidecar := &Sidecar{server: grpc.NewServer(), address: mine.Address()}
	apiclient.RegisterConfigManagementPluginServiceServer(sidecar.server, service)
	go func() { _ = sidecar.server.Serve(listener) }()
	return sidecar, nil
}

// Stop ends the server.
func (s *Sidecar) Stop() { s.server.Stop() }

// Announcements asks for the parameters that the plugin has for a checkout, as
// the repo-server does for Argo CD's pages.
func (s *Sidecar) Announcements(checkout string) (announcements *apiclient.ParametersAnnouncementResponse, err error) {
	connection, client, err := apiclient.NewConfigManagementPluginClientSet(s.address).NewConfigManagementPluginClient()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, connection.Close()) }()
	stream, err := client.GetParametersAnnouncement(context.Background())
	if err != nil {
		return nil, err
	}
	if err := cmp.SendRepoStream(stream.Context(), checkout, checkout, stream, nil, nil); err != nil {
		return nil, err
	}
	return stream.CloseAndRecv()
}
