using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Wassette;
using Tapedeck.Policy.Writing;
using Xunit;

namespace Tapedeck.Policy.Tests.Wassette;

public sealed class WassettePolicyTests
{
    private const string Policy = """
        version: "1.0"
        description: everything that the grammar has
        owner: me
        permissions:
          storage:
            allow:
              - {uri: "fs://job/agent", access: [read, write]}
              - {uri: "fs://job/*/data", access: [read]}
              - {uri: "fs://out/**", access: [write]}
              - {uri: "https://x/", access: [read]}
              - {uri: "fs://../up", access: [read]}
            deny:
              - {uri: "fs://job/agent/secret/**", access: [read]}
          network:
            allow:
              - {host: api.example.com}
              - {host: "*.wild.example"}
              - {host: "https://url.example/api"}
              - {host: "localhost:8080"}
              - {host: "svc.example:8080"}
              - {host: "*"}
              - {host: 93.184.216.34}
              - {host: 169.254.169.254}
              - {cidr: 10.0.0.0/8}
              - {cidr: x/y}
              - {host: both.example, cidr: 10.0.0.0/8}
              - {host: port.example, port: 80}
            deny:
              - {host: "*"}
              - {host: bad.example}
          environment:
            allow: [{key: API_KEY}, {key: "no*"}]
          resources:
            limits: {cpu: 500m, memory: 512Mi}
            io: 5
          ipc: {allow: [{uri: x}]}
          runtime: {docker: {security: {privileged: true}}}
        """;

    private static readonly WassetteConversion Conversion = WassettePolicy.Convert("policy.yaml", Policy, LabelSelector.Everything);

    [Fact]
    public void What_becomes_of_a_policy() => Assert.Equal("""
        toolSelector: {}
        network:
          allow:
            - host: api.example.com
            - host: "*.wild.example"
            - host: url.example
              schemes: [https]
              pathPrefix: "/api"
            - host: svc.example
              ports: [8080]
            - cidr: 93.184.216.34/32
            - cidr: 10.0.0.0/8
            - host: both.example
              cidr: 10.0.0.0/8
            - host: port.example
          deny:
            - cidr: 0.0.0.0/0
            - cidr: "::/0"
            - host: bad.example
        storage:
          allow:
            - volume:
                name: volume-1
                emptyDir:
                  sizeLimit: 1Gi
              path: "/job/agent"
              access: [read, write]
            - volume:
                name: volume-2
                emptyDir:
                  sizeLimit: 1Gi
              path: "/job"
              access: [read]
              globs: ["*/data"]
            - volume:
                name: volume-3
                emptyDir:
                  sizeLimit: 1Gi
              path: "/out"
              access: [read, write]
              globs: ["**"]
          deny:
            - path: "/job/agent/secret"
              access: [read]
        environment:
          allow:
            - name: API_KEY
              valueFrom:
                secretKeyRef:
                  name: tool-environment
                  key: API_KEY
        limits:
          memory: 512Mi

        """.ReplaceLineEndings("\n"), YamlText.Write(PolicyNodes.Of(Conversion.Spec!)));

    [Theory]
    [InlineData("an unknown field", "owner", "unknown, passed over in silence")]
    [InlineData("a folder", "permissions.storage.allow[0]: fs://job/agent", "enforced, as a folder beside the component")]
    [InlineData("a glob", "permissions.storage.allow[1]: fs://job/*/data", "every call failed")]
    [InlineData("write without read", "permissions.storage.allow[2]: fs://out/** with access write", "writing, and listing as well")]
    [InlineData("another scheme", "permissions.storage.allow[3]: https://x/", "its scheme is not fs")]
    [InlineData("a path that climbs", "permissions.storage.allow[4]: fs://../up", "Wassette's own files")]
    [InlineData("a denied folder", "permissions.storage.deny[0]: fs://job/agent/secret/**", "parsed, never read")]
    [InlineData("a host", "permissions.network.allow[0]: host api.example.com", "opened look-ups of every name")]
    [InlineData("a wildcard", "permissions.network.allow[1]: host *.wild.example", "never matched anything")]
    [InlineData("a URL", "permissions.network.allow[2]: host https://url.example/api", "port and path passed over")]
    [InlineData("a host with a port", "permissions.network.allow[3]: host localhost:8080", "read as a scheme and a path: never matched anything")]
    [InlineData("every host", "permissions.network.allow[5]: host *", "never matched anything")]
    [InlineData("the metadata service", "permissions.network.allow[7]: host 169.254.169.254", "enforced for HTTP")]
    [InlineData("a cidr", "permissions.network.allow[8]: cidr 10.0.0.0/8", "parsed, never enforced")]
    [InlineData("a cidr that is none", "permissions.network.allow[9]: cidr x/y", "parsed, never enforced")]
    [InlineData("host and cidr", "permissions.network.allow[10]: host both.example with cidr 10.0.0.0/8", "the cidr was passed over")]
    [InlineData("a field of an entry", "permissions.network.allow[11].port", "unknown, passed over in silence")]
    [InlineData("a denied host", "permissions.network.deny[1]: host bad.example", "parsed, never read")]
    [InlineData("every host denied", "permissions.network.deny[0]: host *", "parsed, never read")]
    [InlineData("a variable", "permissions.environment.allow[0]: API_KEY", "secrets were given without being named here")]
    [InlineData("a variable that is none", "permissions.environment.allow[1]: no*", "enforced, with the value from its own environment")]
    [InlineData("CPU", "permissions.resources.limits.cpu: 500m", "parsed, never enforced")]
    [InlineData("memory", "permissions.resources.limits.memory: 512Mi", "for each linear memory by itself")]
    [InlineData("IO", "permissions.resources.io: 5", "parsed, never enforced")]
    [InlineData("IPC", "permissions.ipc", "parsed, never enforced")]
    [InlineData("the container runtime", "permissions.runtime", "parsed, never enforced")]
    public void Each_entry_that_means_something_else_is_named(string name, string entry, string inWassette) =>
        Assert.Contains(Conversion.Notes, note => note.Entry == entry && note.InWassette.Contains(inWassette, StringComparison.Ordinal));

    [Fact]
    public void The_notes_have_their_lines_and_are_in_order()
    {
        Assert.Equal(3, Conversion.Notes[0].Line);
        Assert.Equal(Conversion.Notes.Select(note => note.Line).Order(), Conversion.Notes.Select(note => note.Line));
        Assert.StartsWith("line 3: owner\n  Wassette: unknown, passed over in silence\n  here:     left out\n", Conversion.Report);
    }

    [Fact]
    public void What_is_converted_can_be_read_again()
    {
        var problems = new ProblemList("p.yaml");
        var text = YamlText.Write(PolicyNodes.Of(Conversion.Spec!));
        Assert.NotNull(CapabilityPolicyReader.Read(Documents.Read(text, problems)[0], "spec", problems));
        Assert.Empty(problems.All);
    }

    [Theory]
    [InlineData("1.0", "permissions: {}", true)]
    [InlineData("1.7", "permissions:", true)]
    [InlineData("2.0", "permissions: {}", false)]
    [InlineData("1.0", "permission: {}", false)]
    public void Versions(string version, string rest, bool expected)
    {
        var conversion = WassettePolicy.Convert("policy.yaml", $"version: \"{version}\"\n{rest}", LabelSelector.Everything);
        Assert.Equal(expected, conversion.Spec is not null);
        Assert.Equal(expected, conversion.Problems.IsEmpty);
    }

    [Theory]
    [InlineData("limits: {memory: 512Ki}", "512Ki")]
    [InlineData("limits: {memory: 2Gi}", "2Gi")]
    [InlineData("limits: {memory: 512}", "512Mi")]
    [InlineData("memory: 128", "128Mi")]
    [InlineData("limits: {memory: 32Gi}", null)]
    [InlineData("limits: {memory: 512Xi}", null)]
    [InlineData("limits: {memory: ''}", null)]
    public void Memory(string resources, string? expected)
    {
        var conversion = WassettePolicy.Convert("policy.yaml", $"version: '1.0'\npermissions: {{resources: {{{resources}}}}}", LabelSelector.Everything);
        Assert.Equal(expected, conversion.Spec!.Limits[LimitName.Memory] is { } memory ? Quantity.Format(memory) : null);
        Assert.NotEmpty(conversion.Notes);
    }
}
