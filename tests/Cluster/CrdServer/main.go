// An API server of custom resources and nothing else, of the libraries that kube-apiserver is made of. Who has a certificate of the authority may do
// everything. It takes the options that ../up.sh gives to kube-apiserver, and ignores those that are about what it does not have.
package main

import (
	"errors"
	"fmt"
	"log"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/trace/noop"
	crds "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver"
	"k8s.io/apiextensions-apiserver/pkg/cmd/server/options"
	definitions "k8s.io/apiextensions-apiserver/pkg/generated/openapi"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/endpoints/discovery/aggregated"
	naming "k8s.io/apiserver/pkg/endpoints/openapi"
	"k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/util/openapi"
	"k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/tools/cache"
	"k8s.io/component-base/compatibility"
)

const release = "1.36"

func main() {
	if err := run(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(arguments []string) error {
	stop := server.SetupSignalContext()
	chosen, err := choose(arguments)
	if err != nil {
		return err
	}
	resources, err := configure(chosen)
	if err != nil {
		return err
	}
	front, err := discovery(chosen, resources)
	if err != nil {
		return err
	}
	behind, err := (&apiserver.Config{GenericConfig: resources, ExtraConfig: apiserver.ExtraConfig{
		MasterCount:          1,
		CRDRESTOptionsGetter: options.NewCRDRESTOptionsGetter(*chosen.RecommendedOptions.Etcd, resources.ResourceTransformers, resources.StorageObjectCountTracker),
		ServiceResolver:      nowhere{},
		AuthResolverWrapper:  webhook.NewDefaultAuthenticationInfoResolverWrapper(nil, nil, resources.LoopbackClientConfig, noop.NewTracerProvider()),
	}}).Complete().New(front)
	if err != nil {
		return err
	}
	front.DiscoveryGroupManager.AddGroup(groupOf(crds.GroupName, []string{"v1"}))
	tell := func(resource any) {
		if definition, is := resource.(*crds.CustomResourceDefinition); is {
			announce(front, definition)
		}
	}
	_, err = behind.Informers.Apiextensions().V1().CustomResourceDefinitions().Informer().AddEventHandler(
		cache.ResourceEventHandlerFuncs{AddFunc: tell, UpdateFunc: func(_, now any) { tell(now) }})
	if err != nil {
		return err
	}
	return behind.GenericAPIServer.PrepareRun().RunWithContext(stop)
}

// From arguments of the form --name=value to the options of the library, all but what this server is for turned off.
func choose(arguments []string) (*options.CustomResourceDefinitionsServerOptions, error) {
	chosen := options.NewCustomResourceDefinitionsServerOptions(os.Stdout, os.Stderr)
	all := chosen.RecommendedOptions
	all.Admission, all.Audit, all.CoreAPI = nil, nil, nil
	all.Features.EnablePriorityAndFairness = false
	all.Authentication.RemoteKubeConfigFileOptional, all.Authorization.RemoteKubeConfigFileOptional = true, true
	all.Authentication.SkipInClusterLookup = true
	all.Etcd.StorageConfig.Prefix = "/registry"
	all.SecureServing.BindAddress = net.IPv4(127, 0, 0, 1)
	for _, argument := range arguments {
		name, value, _ := strings.Cut(argument, "=")
		switch name {
		case "--etcd-servers":
			all.Etcd.StorageConfig.Transport.ServerList = strings.Split(value, ",")
		case "--secure-port":
			port, err := strconv.Atoi(value)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			all.SecureServing.BindPort = port
		case "--tls-cert-file":
			all.SecureServing.ServerCert.CertKey.CertFile = value
		case "--tls-private-key-file":
			all.SecureServing.ServerCert.CertKey.KeyFile = value
		case "--client-ca-file":
			all.Authentication.ClientCert.ClientCA = value
		}
	}
	return chosen, chosen.Complete()
}

// The server that has the definitions and what they define.
func configure(chosen *options.CustomResourceDefinitionsServerOptions) (*server.RecommendedConfig, error) {
	config, err := plain(chosen)
	if err != nil {
		return nil, err
	}
	all := chosen.RecommendedOptions
	if err := all.SecureServing.ApplyTo(&config.SecureServing, &config.LoopbackClientConfig); err != nil {
		return nil, err
	}
	config.AggregatedDiscoveryGroupManager = aggregated.NewResourceManager("apis")
	return config, errors.Join(
		all.Authentication.ApplyTo(&config.Authentication, config.SecureServing, config.OpenAPIConfig),
		all.Authorization.ApplyTo(&config.Authorization))
}

// What answers for /apis, which in a whole API server is the aggregator.
func discovery(chosen *options.CustomResourceDefinitionsServerOptions, resources *server.RecommendedConfig) (*server.GenericAPIServer, error) {
	config, err := plain(chosen)
	if err != nil {
		return nil, err
	}
	config.SkipOpenAPIInstallation = true
	config.AggregatedDiscoveryGroupManager = resources.AggregatedDiscoveryGroupManager
	config.Authentication, config.Authorization = resources.Authentication, resources.Authorization
	config.SecureServing, config.LoopbackClientConfig = resources.SecureServing, resources.LoopbackClientConfig
	return config.Complete().New("discovery", server.NewEmptyDelegate())
}

// What both have.
func plain(chosen *options.CustomResourceDefinitionsServerOptions) (*server.RecommendedConfig, error) {
	config := server.NewRecommendedConfig(apiserver.Codecs)
	err := errors.Join(
		chosen.ServerRunOptions.ApplyTo(&config.Config),
		chosen.RecommendedOptions.Etcd.ApplyTo(&config.Config),
		chosen.APIEnablement.ApplyTo(&config.Config, apiserver.DefaultAPIResourceConfigSource(), apiserver.Scheme))
	if config.EffectiveVersion == nil {
		config.EffectiveVersion = compatibility.NewEffectiveVersionFromString(release, "", "")
	}
	known, names := openapi.GetOpenAPIDefinitionsWithoutDisabledFeatures(definitions.GetOpenAPIDefinitions), naming.NewDefinitionNamer(apiserver.Scheme)
	config.OpenAPIConfig, config.OpenAPIV3Config = server.DefaultOpenAPIConfig(known, names), server.DefaultOpenAPIV3Config(known, names)
	return config, err
}

// Has a group and its versions listed at /apis.
func announce(front *server.GenericAPIServer, definition *crds.CustomResourceDefinition) {
	var served []string
	for _, version := range definition.Spec.Versions {
		if version.Served {
			served = append(served, version.Name)
		}
	}
	if len(served) > 0 {
		front.DiscoveryGroupManager.AddGroup(groupOf(definition.Spec.Group, served))
	}
}

func groupOf(name string, versions []string) meta.APIGroup {
	all := make([]meta.GroupVersionForDiscovery, len(versions))
	for i, version := range versions {
		all[i] = meta.GroupVersionForDiscovery{GroupVersion: name + "/" + version, Version: version}
	}
	return meta.APIGroup{Name: name, Versions: all, PreferredVersion: all[0]}
}

// There are no Services here that a conversion could be asked of.
type nowhere struct{}

func (nowhere) ResolveEndpoint(namespace, name string, port int32) (*url.URL, error) {
	return nil, fmt.Errorf("there are no Services here: %s/%s:%d", namespace, name, port)
}
