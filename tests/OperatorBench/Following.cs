using Tapedeck.Kube.Caching;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator;
using Tapedeck.Operator.Tools;

namespace Tapedeck.OperatorBench;

/// <summary>What has become of the tools, by watching: whoever listed thousands of objects four times a second would measure the server's answers to that.</summary>
internal sealed class Following : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Informer<KubeObject> _tools;
    private readonly Informer<KubeObject> _deployments;
    private readonly Informer<KubeObject>[] _owned;
    private readonly Task _work;

    private Following(Cluster cluster)
    {
        var here = new Selection { Namespace = Subject.Namespace };
        Informer<KubeObject> Of(Resource resource, Selection selection) =>
            new(cluster.Client, resource, new InformerOptions { Selection = selection }, static @object => @object, TimeProvider.System, new Random(7), static _ => { });
        _tools = Of(Kinds.WasmTools, here);
        _deployments = Of(Kinds.Deployments, here);
        _owned = [.. Kinds.Owned.Add(Kinds.OldDisruptionBudgets).Select(resource => Of(resource, here with { LabelSelector = Names.OwnedSelector, MetadataOnly = true }))];
        _work = Task.WhenAll(_owned.Append(_tools).Append(_deployments).Select(informer => informer.RunAsync(_stop.Token)));
    }

    internal static async Task<Following> StartAsync(Cluster cluster)
    {
        var following = new Following(cluster);
        await Task.WhenAll(following._owned.Append(following._tools).Append(following._deployments).Select(informer => informer.Synced));
        return following;
    }

    internal IReadOnlyList<KubeObject> Deployments => _deployments.All;

    internal int Ready => _tools.All.Count(tool => Condition.Find(tool, Condition.Ready)?.Status == true && Condition.Find(tool, Condition.Reconciling)?.Status == false);

    /// <summary>Whether each tool has an object of each kind, and two ConfigMaps.</summary>
    internal bool HaveChildren(int tools) =>
        _deployments.All.Count >= tools && _owned.All(informer => informer.All.Count >= tools * (informer.Resource == Kinds.ConfigMaps ? 2 : 1));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }
}
