using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Kube.Tests.Cluster;
using Tapedeck.Operator.Tests.Crds;
using Tapedeck.Policy.Writing;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>An API server of today's Kubernetes that has custom resources only, of tests/Cluster/CrdServer, with ours in it. It evaluates CEL.</summary>
public sealed class CrdServer : IAsyncLifetime
{
    private readonly string _run = Path.Combine(Path.GetTempPath(), $"tapedeck-crd-tests-{Environment.ProcessId}");

    /// <summary>Why there is none; null where there is one.</summary>
    internal static string? Missing { get; } = File.Exists(Path.Combine(Binaries, "kube-apiserver"))
        ? null
        : "THE RULES OF THE CUSTOM RESOURCES ARE NOT EVALUATED BY A SERVER: run tests/Cluster/CrdServer/build.sh once; the readers are tested with the same refused objects.";

    internal KubeClient Client { get; private set; } = null!;

    internal string KubeConfig { get; private set; } = "";

    private static string Binaries => Kept.Folder("CRDSERVER_HOME", "crdserver");

    public async Task InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }
        KubeConfig = (await ApiServer.ScriptWithAsync("up.sh", Binaries, _run, Environment.ProcessId.ToString())).Trim();
        Client = ApiServer.ClientOf(KubeConfig, "admin");
        foreach (var file in Schema.Files)
        {
            // What the rules may cost is decided here: a CRD that costs too much is refused.
            await Client.CreateAsync(ApiServer.Definitions, KubeObject.From(JsonNode.Parse(JsonText.Write(Schema.Document(file)))!.AsObject()), "tests", CancellationToken.None);
        }
        foreach (var kind in new[] { Kinds.WasmTools, Kinds.Policies, Kinds.Ceilings })
        {
            await Eventually.Is($"{kind} is served", async () =>
            {
                try
                {
                    await Client.ListAsync(kind, Selection.All, CancellationToken.None);
                    return true;
                }
                catch (NotFoundException)
                {
                    return false;
                }
            });
        }
    }

    public async Task DisposeAsync()
    {
        Client?.Dispose();
        if (Directory.Exists(_run))
        {
            await ApiServer.ScriptWithAsync("down.sh", Binaries, _run);
            Directory.Delete(_run, recursive: true);
        }
    }
}

[CollectionDefinition(Name)]
public sealed class CrdServerCollection : ICollectionFixture<CrdServer>
{
    public const string Name = "a server of custom resources";
}

/// <summary>A test that needs a server that evaluates CEL, and says so where there is none.</summary>
public sealed class CrdServerFactAttribute : FactAttribute
{
    public CrdServerFactAttribute() => Skip = CrdServer.Missing;
}

/// <inheritdoc cref="CrdServerFactAttribute"/>
public sealed class CrdServerTheoryAttribute : TheoryAttribute
{
    public CrdServerTheoryAttribute() => Skip = CrdServer.Missing;
}
