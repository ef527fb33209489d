using Tapedeck.Policy.Reading;

namespace Tapedeck.Manifest.Tests;

/// <summary>Manifests for tests.</summary>
internal static class Files
{
    internal const string Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    /// <summary>Everything that can be said of a tool.</summary>
    internal const string Whole = $$"""
        apiVersion: tapedeck.dev/v1alpha1
        kind: WasmTool
        metadata:
          name: weather
          namespace: team-a
          generation: 7
          labels:
            team: a
        spec:
          component:
            oci:
              repository: registry.example:5000/acme/weather
              ref:
                semver: ">=1.2.0 <2.0.0"
              interval: 5m
              suspend: true
              pullSecrets: [registry-login]
              certificateConfigMap: registry-ca
              plainHttp: true
          verify:
            keys:
              - "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n"
            keyless:
              - issuer: https://issuer.example
                identity: https://ci.example/acme/weather
            notation:
              - certificate: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
                subject: C=US, ST=WA, O=Acme
                timestampCertificate: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
            trustedRootConfigMap: sigstore-root
            requireTransparencyLog: true
            signedAs: [ghcr.io/upstream/weather]
          tools:
            include: [forecast, history]
            exclude: [history, "acme:weather/forecasts@2.0.0#today"]
            rename:
              acme:weather/forecasts@1.0.0#today: today
              forecast: weather_forecast
            prefix: acme_
            overrides:
              forecast:
                title: Forecast
                description: The weather of the next days.
                readOnlyHint: true
                destructiveHint: false
          limits:
            memory: 128Mi
            callDeadline: 10s
            concurrentCalls: 4
          replicas: 2
          resources:
            requests:
              cpu: 100m
              memory: 256Mi
            limits:
              cpu: "2"
          placement:
            nodeSelector:
              disk: ssd
            tolerations:
              - key: wasm
                operator: Exists
            affinity:
              nodeAffinity: {}
            topologySpreadConstraints:
              - maxSkew: 1
            priorityClassName: high
            runtimeClassName: gvisor
          endpoint:
            hostnames: [weather.example, "weather.example:8443"]
            tlsSecret: weather-tls
            bearerToken:
              name: weather-token
              key: token
            ingress:
              from:
                - podSelector: {}
          service:
            type: NodePort
            port: 8080
            annotations:
              example.com/a: b
          httpRoute:
            parentRefs:
              - name: gateway
            hostnames: [weather.example]
        """;

    internal static string Tool(string spec) => $"""
        apiVersion: tapedeck.dev/v1alpha1
        kind: WasmTool
        metadata:
          name: weather
        spec:
        {string.Join('\n', spec.Split('\n').Select(line => "  " + line))}
        """;

    internal static string Component => $$"""
        component:
          file:
            path: weather.wasm
            sha256: {{Hash}}
        """;

    internal static WasmTool Read(string text)
    {
        var file = ManifestFile.Read("tool.yaml", text);
        Xunit.Assert.Empty(file.Problems.Select(problem => problem.ToString()));
        return Xunit.Assert.Single(file.Tools);
    }

    internal static IEnumerable<string> Problems(string text) => ManifestFile.Read("tool.yaml", text).Problems.Select(problem => problem.ToString());

    internal static Node Document(string text)
    {
        var problems = new ProblemList("");
        var documents = Documents.Read(text, problems);
        Xunit.Assert.Empty(problems.All);
        return Xunit.Assert.Single(documents);
    }
}
