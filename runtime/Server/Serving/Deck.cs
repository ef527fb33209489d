using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Tapedeck.Manifest;
using Tapedeck.Mcp;
using Tapedeck.Policy.Limits;
using Tapedeck.Server.Loading;

namespace Tapedeck.Server.Serving;

/// <summary>
/// The tools that a process serves. They are added, replaced and removed while calls run: a call that began with a version ends with it, and a version that
/// cannot be loaded leaves the one before in its place.
/// </summary>
internal sealed partial class Deck(Services services, ILoggerFactory loggers) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ILogger _logger = loggers.CreateLogger("Tapedeck.Deck");
    private readonly ILogger _grants = loggers.CreateLogger("Tapedeck.Grants");
    private volatile ImmutableSortedDictionary<string, ServedTool> _tools = ImmutableSortedDictionary.Create<string, ServedTool>(StringComparer.Ordinal);
    private volatile DeckStatus _status = DeckStatus.Starting;

    internal LiveCatalogue Catalogue { get; } = new(Mcp.Catalogue.Empty);

    /// <summary>What messages may take of memory: by the limits in force, and all of them together as much as pods make room for.</summary>
    internal MessageRoom Room() => new(LargestMessage, MemoryOfMessages);

    internal Services Services => services;

    internal DeckStatus Status => _status;

    internal IEnumerable<ServedTool> Tools => _tools.Values;

    /// <summary>
    /// Makes the deck what is desired. Policies are in force and tools that are not desired are gone when this returns; its task ends when each tool serves or says
    /// why not. A tool that takes long keeps no other one waiting.
    /// </summary>
    /// <param name="problems">What is wrong with the files themselves.</param>
    /// <returns>Whether something was loaded.</returns>
    internal Task<bool> ApplyAsync(IReadOnlyList<DesiredTool> desired, ImmutableArray<string> problems, CancellationToken cancellationToken)
    {
        KeyValuePair<string, ServedTool>[] removed;
        ImmutableSortedDictionary<string, ServedTool> tools;
        var withdrawn = new List<ServedTool>();
        lock (_gate)
        {
            removed = [.. _tools.Where(pair => desired.All(tool => tool.Tool.QualifiedName != pair.Key))];
            tools = _tools.RemoveRange(removed.Select(pair => pair.Key));
            foreach (var tool in desired)
            {
                if (tools.TryGetValue(tool.Tool.QualifiedName, out var served))
                {
                    if (served.Want(tool))
                    {
                        withdrawn.Add(served);
                    }
                }
                else
                {
                    tools = tools.Add(tool.Tool.QualifiedName, new ServedTool(services, tool));
                }
            }
            _tools = tools;
            _status = _status with { IsLoaded = true, Problems = problems };
            if (removed.Length > 0 || withdrawn.Count > 0)
            {
                Publish();
            }
        }
        foreach (var (tool, failure) in withdrawn.Select(tool => (tool, tool.Failure!)))
        {
            Failed(_logger, tool.Tool.QualifiedName, failure.Reason, failure.Message, "nothing serves");
        }
        foreach (var (name, tool) in removed)
        {
            tool.Retire();
            services.Cache?.Release(name);
            Removed(_logger, name);
        }
        return AnyAsync(desired.Select(tool => LoadAsync(tools[tool.Tool.QualifiedName], cancellationToken)));

        // Each is begun before this returns.
        static async Task<bool> AnyAsync(IEnumerable<Task<bool>> loads) => (await Task.WhenAll(loads)).Contains(true);
    }

    /// <summary>Tries again what failed in a way that may pass, each after a while that grows, and whatever the others are at.</summary>
    internal Task RetryAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_tools.Values.Where(tool => tool.IsRetryDue && !tool.IsLoading).Select(tool => LoadAsync(tool, cancellationToken)));

    public void Dispose()
    {
        foreach (var tool in _tools.Values)
        {
            tool.Retire();
        }
    }

    private int LargestMessage() => _tools.Values.Select(tool => MessageMemory.Largest(tool.Seat.Gate.Current.Limits)).DefaultIfEmpty(MessageMemory.Largest(CallLimits.Default)).Max();

    /// <summary>Pods are planned by what a tool says, whatever policies say besides. Many tools in a process share what there is; the largest message has room in any case, also where there
    /// is no tool that it could be for, which its sender is to be told.</summary>
    private long MemoryOfMessages() => _tools.IsEmpty ? MessageMemory.OfOne(CallLimits.Default) : _tools.Values.Aggregate(
        (Planned: 0L, Least: 0L),
        static (sum, tool) => (sum.Planned + MessageMemory.OfAll(CallLimits.Of(tool.Tool.Spec.Limits, StatedLimits.None)), Math.Max(sum.Least, MessageMemory.OfOne(tool.Seat.Gate.Current.Limits))),
        sum => Math.Max(sum.Least, Math.Min(sum.Planned, services.Memory.Total / 2)));

    /// <returns>Whether there is a new version that serves.</returns>
    private async Task<bool> LoadAsync(ServedTool tool, CancellationToken cancellationToken)
    {
        var before = tool.Failure;
        foreach (var problem in tool.NewProblems())
        {
            NotGranted(_grants, tool.Tool.QualifiedName, problem);
        }
        if (await tool.LoadAsync(cancellationToken) is { } loaded)
        {
            lock (_gate)
            {
                Publish();
            }
            tool.RetireBefore();
            Loaded(_logger, tool.Tool.QualifiedName, loaded.Facts.Digest, loaded.Tools.Count);
            return true;
        }
        if (tool.Failure is { } failure && failure != before)
        {
            Failed(_logger, tool.Tool.QualifiedName, failure.Reason, failure.Message, tool.Current is null ? "nothing serves" : $"{tool.Current.Facts.Digest} goes on serving");
        }
        return false;
    }

    // Under the lock.
    private void Publish()
    {
        var serving = _tools.Values.Where(tool => tool.Current is not null).SelectMany(tool => tool.Current!.Tools.Select(one => (one.Declaration.Name, Owner: tool, One: one))).ToArray();
        var collisions = serving
            .GroupBy(pair => pair.Name, StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .ToDictionary(group => group.Key, group => group.Select(pair => pair.Owner.Tool.QualifiedName).ToArray(), StringComparer.Ordinal);
        // Of two tools of one name none is served: which of them an agent would get is nothing to guess.
        Catalogue.Publish(new Catalogue(serving.Where(pair => !collisions.ContainsKey(pair.Name)).Select(pair => pair.One)));
        var before = _status.Collisions;
        _status = _status with
        {
            Collisions = [.. collisions.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair =>
                $"{string.Join(" and ", pair.Value)} both have a tool {pair.Key}, so that neither is served; set spec.tools.prefix or rename in one of them")],
        };
        foreach (var collision in _status.Collisions.Except(before))
        {
            Collided(_logger, collision);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Tool} serves {Digest} with {Count} tools")]
    private static partial void Loaded(ILogger logger, string tool, string digest, int count);

    [LoggerMessage(2, LogLevel.Error, "{Tool}: {Reason}: {Message}; {Rest}")]
    private static partial void Failed(ILogger logger, string tool, string reason, string message, string rest);

    [LoggerMessage(4, LogLevel.Warning, "{Tool}: {Problem}")]
    private static partial void NotGranted(ILogger logger, string tool, string problem);

    [LoggerMessage(5, LogLevel.Error, "{Collision}")]
    private static partial void Collided(ILogger logger, string collision);

    [LoggerMessage(3, LogLevel.Information, "{Tool} is served no more")]
    private static partial void Removed(ILogger logger, string tool);
}

/// <summary>What is so of the whole deck.</summary>
/// <param name="IsLoaded">Whether it is known what is desired.</param>
/// <param name="Problems">What is wrong with the files.</param>
/// <param name="Collisions">Names that several tools have, so that none of them is served.</param>
internal sealed record DeckStatus(bool IsLoaded, ImmutableArray<string> Problems, ImmutableArray<string> Collisions)
{
    internal static DeckStatus Starting { get; } = new(false, [], []);
}
