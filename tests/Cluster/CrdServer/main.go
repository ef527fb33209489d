// An API server of custom resources and nothing else, of the libraries that kube-apiserver is made of. Who has a certificate of the authority may do
// everything. It takes the options that ../up.sh gives to kube-apiserver, and ignores those that are about what it does not have.
package main

import (
	"flag"
	"fmt"
	"net"
	"os"
	"strings"

	apiextv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver"
	serveroptions "k8s.io/apiextensions-apiserver/pkg/cmd/server/options"
	generatedopenapi "k8s.io/apiextensions-apiserver/pkg/generated/openapi"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	openapinamer "k8s.io/apiserver/pkg/endpoints/openapi"
	discoveryendpoint "k8s.io/apiserver/pkg/endpoints/discovery/aggregated"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/util/openapi"
	"k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/tools/cache"
	basecompat "k8s.io/component-base/compatibility"
	noopoteltrace "go.opentelemetry.io/otel/trace/noop"
	"net/url"
)

type noServices struct{}

func (noServices) ResolveEndpoint(ns, name string, port int32) (*url.URL, error) {
	return nil, fmt.Errorf("no services here")
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Those of the options, all of the form --name=value, that main has declared.
func known(arguments []string) (kept []string) {
	for _, argument := range arguments {
		name, _, _ := strings.Cut(strings.TrimLeft(argument, "-"), "=")
		if flag.Lookup(name) != nil {
			kept = append(kept, argument)
		}
	}
	return kept
}

func main() {
	etcd := flag.String("etcd-servers", "http://127.0.0.1:2379", "")
	port := flag.Int("secure-port", 6443, "")
	cert := flag.String("tls-cert-file", "", "")
	key := flag.String("tls-private-key-file", "", "")
	ca := flag.String("client-ca-file", "", "")
	must(flag.CommandLine.Parse(known(os.Args[1:])))
	ctx := genericapiserver.SetupSignalContext()

	o := serveroptions.NewCustomResourceDefinitionsServerOptions(os.Stdout, os.Stderr)
	r := o.RecommendedOptions
	r.Etcd.StorageConfig.Transport.ServerList = []string{*etcd}
	r.Etcd.StorageConfig.Prefix = "/registry"
	r.SecureServing.BindAddress = net.ParseIP("127.0.0.1")
	r.SecureServing.BindPort = *port
	r.SecureServing.ServerCert.CertKey.CertFile = *cert
	r.SecureServing.ServerCert.CertKey.KeyFile = *key
	r.Authentication.SkipInClusterLookup = true
	r.Authentication.RemoteKubeConfigFileOptional = true
	r.Authentication.ClientCert.ClientCA = *ca
	r.Authorization.RemoteKubeConfigFileOptional = true
	r.CoreAPI, r.Admission = nil, nil
	r.Features.EnablePriorityAndFairness = false
	r.Audit = nil
	must(o.Complete())

	newConfig := func() *genericapiserver.RecommendedConfig {
		c := genericapiserver.NewRecommendedConfig(apiserver.Codecs)
		must(o.ServerRunOptions.ApplyTo(&c.Config))
		must(r.Etcd.ApplyTo(&c.Config))
		must(o.APIEnablement.ApplyTo(&c.Config, apiserver.DefaultAPIResourceConfigSource(), apiserver.Scheme))
		if c.EffectiveVersion == nil {
			c.EffectiveVersion = basecompat.NewEffectiveVersionFromString("1.36", "", "")
		}
		defs := openapi.GetOpenAPIDefinitionsWithoutDisabledFeatures(generatedopenapi.GetOpenAPIDefinitions)
		c.OpenAPIConfig = genericapiserver.DefaultOpenAPIConfig(defs, openapinamer.NewDefinitionNamer(apiserver.Scheme))
		c.OpenAPIV3Config = genericapiserver.DefaultOpenAPIV3Config(defs, openapinamer.NewDefinitionNamer(apiserver.Scheme))
		return c
	}
	c := newConfig()
	must(r.SecureServing.ApplyTo(&c.Config.SecureServing, &c.Config.LoopbackClientConfig))
	must(r.Authentication.ApplyTo(&c.Config.Authentication, c.SecureServing, c.OpenAPIConfig))
	must(r.Authorization.ApplyTo(&c.Config.Authorization))
	c.AggregatedDiscoveryGroupManager = discoveryendpoint.NewResourceManager("apis")

	// the root server only exists to answer /apis (the aggregator's job in a full kube-apiserver)
	rc := newConfig()
	rc.SecureServing, rc.LoopbackClientConfig, rc.Authentication, rc.Authorization = c.SecureServing, c.LoopbackClientConfig, c.Authentication, c.Authorization
	rc.AggregatedDiscoveryGroupManager = c.AggregatedDiscoveryGroupManager
	rc.SkipOpenAPIInstallation = true
	root, err := rc.Complete().New("root", genericapiserver.NewEmptyDelegate())
	must(err)

	cfg := &apiserver.Config{GenericConfig: c, ExtraConfig: apiserver.ExtraConfig{
		CRDRESTOptionsGetter: serveroptions.NewCRDRESTOptionsGetter(*r.Etcd, c.ResourceTransformers, c.StorageObjectCountTracker),
		MasterCount:          1,
		ServiceResolver:      noServices{},
		AuthResolverWrapper:  webhook.NewDefaultAuthenticationInfoResolverWrapper(nil, nil, c.LoopbackClientConfig, noopoteltrace.NewTracerProvider()),
	}}
	s, err := cfg.Complete().New(root)
	must(err)
	root.DiscoveryGroupManager.AddGroup(group("apiextensions.k8s.io", "v1"))
	_, err = s.Informers.Apiextensions().V1().CustomResourceDefinitions().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(o interface{}) { sync(root, o) },
		UpdateFunc: func(_, o interface{}) { sync(root, o) },
	})
	must(err)
	must(s.GenericAPIServer.PrepareRun().RunWithContext(ctx))
}

func group(name string, vs ...string) metav1.APIGroup {
	g := metav1.APIGroup{Name: name}
	for _, v := range vs {
		g.Versions = append(g.Versions, metav1.GroupVersionForDiscovery{GroupVersion: name + "/" + v, Version: v})
	}
	g.PreferredVersion = g.Versions[0]
	return g
}

func sync(root *genericapiserver.GenericAPIServer, o interface{}) {
	crd, ok := o.(*apiextv1.CustomResourceDefinition)
	if !ok {
		return
	}
	var vs []string
	for _, v := range crd.Spec.Versions {
		if v.Served {
			vs = append(vs, v.Name)
		}
	}
	if len(vs) > 0 {
		root.DiscoveryGroupManager.AddGroup(group(crd.Spec.Group, vs...))
	}
}
