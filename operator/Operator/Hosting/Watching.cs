using Tapedeck.Kube;
using Tapedeck.Kube.Caching;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Discovery;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Policies;
using Tapedeck.Operator.Tools;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Hosting;

/// <summary>Makes the informers and runs them.</summary>
internal sealed class Watching
{
    private readonly List<Func<CancellationToken, Task>> _runs = [];
    private readonly List<Task> _synced = [];
    private readonly List<(string Resource, Func<TimeSpan> Age)> _ages = [];

    private Watching(Caches caches) => Caches = caches;

    internal Caches Caches { get; }

    /// <summary>Ends when everything has been listed.</summary>
    internal Task Synced => Task.WhenAll(_synced);

    /// <summary>Of the watch that has been silent for longest.</summary>
    internal TimeSpan OldestSilence => _ages.Max(age => age.Age());

    /// <summary>How long each watch has been silent.</summary>
    internal IEnumerable<(string Resource, TimeSpan Silence)> Ages => _ages.Select(age => (age.Resource, age.Age()));

    internal Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(_runs.Select(run => run(cancellationToken)));

    /// <param name="before">What was served before, and counts where the server does not say; null for nothing.</param>
    internal static async Task<Surface> SurfaceAsync(KubeClient client, Surface? before, CancellationToken cancellationToken)
    {
        var surface = await client.DiscoverAsync(cancellationToken);
        bool Has(Resource resource, bool? had) => surface.Of(resource) is var presence && (presence == Presence.Served || (presence == Presence.Unknown && had == true));
        var budgets = new[] { Kinds.DisruptionBudgets, Kinds.OldDisruptionBudgets }.FirstOrDefault(resource => Has(resource, before?.DisruptionBudgets == resource));
        return new Surface(budgets, Has(Kinds.HttpRoutes, before?.HttpRoutes), Has(Kinds.CiliumPolicies, before?.CiliumPolicies));
    }

    internal static Watching Make(KubeClient client, Settings settings, Surface surface, TimeProvider time, Func<Random> jitter, Action<Notice> notices)
    {
        var here = new Selection { Namespace = settings.WatchedNamespace };
        // A right to see objects of one name is enough for this.
        var namespaces = new Selection { MetadataOnly = true, FieldSelector = settings.WatchedNamespace.Length > 0 ? $"metadata.name={settings.WatchedNamespace}" : "" };
        var owned = here with { LabelSelector = Names.OwnedSelector };
        Informer<T> Of<T>(Resource resource, Selection selection, Func<KubeObject, T> read)
            where T : class => new(client, resource, new InformerOptions { Selection = selection }, read, time, jitter(), notices);

        Resource?[] metadata = [.. Kinds.Owned, surface.DisruptionBudgets];
        // Whole: their status has what others say against them.
        Resource?[] whole = [surface.HttpRoutes ? Kinds.HttpRoutes : null, surface.CiliumPolicies ? Kinds.CiliumPolicies : null];
        var children = metadata.OfType<Resource>().Select(resource => (Resource: resource, Informer: Of(resource, owned with { MetadataOnly = true }, static @object => @object.WithoutContent())))
            .Concat(whole.OfType<Resource>().Select(resource => (Resource: resource, Informer: Of(resource, owned, static @object => @object))));
        var caches = new Caches
        {
            Tools = Of(Kinds.WasmTools, here, static @object => @object),
            Policies = Of(Kinds.Policies, here, static @object => PolicyEntry<CapabilityPolicySpec>.Read(@object, CapabilityPolicyReader.Read)),
            Ceilings = settings.HasCeilings ? Of(Kinds.Ceilings, Selection.All, static @object => PolicyEntry<ClusterCapabilityPolicySpec>.Read(@object, ClusterCapabilityPolicyReader.Read)) : null,
            Namespaces = settings.HasCeilings ? Of(Kinds.Namespaces, namespaces, static @object => @object.WithoutContent()) : null,
            Deployments = Of(Kinds.Deployments, owned, static @object => @object),
            Owned = children.ToDictionary(child => child.Resource, child => child.Informer),
            Surface = surface,
        };
        caches.Policies.AddIndex(Caches.ByNamespace, static entry => [entry.Object.Metadata.Namespace]);
        caches.Tools.AddIndex(Caches.ByNamespace, static tool => [tool.Metadata.Namespace]);
        caches.Owned[Kinds.ConfigMaps].AddIndex(Caches.ByTool, static map => Caches.ToolOf(map) is { } tool ? [tool.ToString()] : []);
        var watching = new Watching(caches);
        watching.Add(caches.Tools);
        watching.Add(caches.Policies);
        if (caches.Ceilings is { } ceilings)
        {
            watching.Add(ceilings);
        }
        watching.Add(caches.Deployments);
        foreach (var informer in caches.Owned.Values.Concat(new[] { caches.Namespaces }.OfType<Informer<KubeObject>>()))
        {
            watching.Add(informer);
        }
        return watching;
    }

    private void Add<T>(Informer<T> informer)
        where T : class
    {
        _runs.Add(informer.RunAsync);
        _synced.Add(informer.Synced);
        _ages.Add((informer.Resource.ToString(), () => informer.WatchAge));
    }
}
