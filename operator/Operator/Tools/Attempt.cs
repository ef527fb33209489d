using System.Collections.Immutable;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Operator.Tools;

/// <summary>One carrying out of a plan, and what gets in its way. That concerns the tool alone, so its owner is to know of it, and what does not depend on it is done all the same.</summary>
/// <param name="tool">The WasmTool.</param>
internal sealed class Attempt(KubeObject tool)
{
    private readonly HashSet<(Resource, ObjectKey)> _others = [];
    private readonly HashSet<(Resource, ObjectKey)> _refused = [];
    private readonly List<string> _foreign = [];
    private readonly List<string> _leaving = [];

    /// <summary>Objects of others that have the names that ours would have.</summary>
    internal ImmutableArray<string> Foreign => [.. _foreign];

    /// <summary>The same of objects that are on their way out.</summary>
    internal ImmutableArray<string> Leaving => [.. _leaving];

    /// <summary>The first thing that the API server did not take.</summary>
    internal RefusedChild? Refused { get; private set; }

    /// <summary>The first thing that may work if it is tried again.</summary>
    internal FailedChild? Failed { get; private set; }

    /// <returns>What came of it; null where it failed, or where nothing came of it.</returns>
    internal async Task<T?> TryAsync<T>(Resource resource, ObjectKey key, Func<Task<T?>> work)
        where T : class
    {
        try
        {
            return await work();
        }
        catch (ApiException error) when (IsOfThisAlone(error) && MayPass(error))
        {
            Failed ??= new FailedChild(NameOf(resource, key), error.Message, error);
        }
        catch (ApiException error) when (IsOfThisAlone(error))
        {
            _refused.Add((resource, key));
            Refused ??= new RefusedChild(NameOf(resource, key), error.Message, error.Status.Code != 403);
        }
        return null;
    }

    /// <summary>This object is not ours, and has a name that ours would have.</summary>
    internal void Meet(Resource resource, KubeObject live)
    {
        if (_others.Add((resource, live.Key)))
        {
            (IsLeaving(live) ? _leaving : _foreign).Add(NameOf(resource, live.Key));
        }
    }

    internal bool IsOfOthers(Resource resource, ObjectKey key) => _others.Contains((resource, key));

    internal bool IsRefused(Resource resource, ObjectKey key) => _refused.Contains((resource, key));

    private static string NameOf(Resource resource, ObjectKey key) => $"{resource.Kind} {key.Name}";

    /// <summary>What the server says to one request concerns this tool alone; but not that it does not know us, nor that all of the namespace goes.</summary>
    private static bool IsOfThisAlone(ApiException error) => error is not (UnauthorizedException or ForbiddenException { IsOfEndingNamespace: true });

    /// <summary>It failed, or was against what there was at that moment: the same request may be done later. Else it is refused.</summary>
    private static bool MayPass(ApiException error) => error is RetryableException or ConflictException or AlreadyExistsException or NotFoundException or GoneException;

    /// <summary>Whether it goes by itself: it is being deleted, or will be by the garbage collector, since its owner was a tool of this name that is gone.</summary>
    private bool IsLeaving(KubeObject live) => live.Metadata.DeletionTimestamp is not null
        || (live.Metadata.ControllerOwner is { } owner && owner.Kind == Kinds.WasmTools.Kind && owner.ApiVersion == Kinds.WasmTools.ApiVersion
            && owner.Name == tool.Metadata.Name && owner.Uid != tool.Metadata.Uid);
}

/// <param name="IsTerminal">Only another spec helps. Else it is a matter of rights and quotas.</param>
internal sealed record RefusedChild(string Child, string Message, bool IsTerminal)
{
    internal string Text => $"{Child} is refused by the API server: {Message}";
}

/// <param name="Message">Of the first of several failures in a row.</param>
internal sealed record FailedChild(string Child, string Message, ApiException Error)
{
    internal string Text => $"{Child} fails, and is tried again: {Message}";
}
