using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Tapedeck.Mcp;
using Tapedeck.Server.Loading;

namespace Tapedeck.Server.Serving;

/// <summary>
/// The tools that a process serves. They are added, replaced and removed while calls run: a call that began with a version ends with it, and a version that
/// cannot be loaded leaves the one before in its place.
/// </summary>
internal sealed partial class Deck(Services services, ILoggerFactory loggers) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ILogger _logger = loggers.CreateLogger("Tapedeck.Deck");
    private ImmutableSortedDictionary<string, ServedTool> _tools = ImmutableSortedDictionary.Create<string, ServedTool>(StringComparer.Ordinal);
    private volatile DeckStatus _status = DeckStatus.Starting;

    internal LiveCatalogue Catalogue { get; } = new(Mcp.Catalogue.Empty);

    internal Services Services => services;

    internal DeckStatus Status => _status;

    internal IEnumerable<ServedTool> Tools => _tools.Values;

    /// <summary>Makes the deck what is desired. One after the other; returns when each tool serves or says why not.</summary>
    /// <param name="problems">What is wrong with the files themselves.</param>
    internal async Task ApplyAsync(IReadOnlyList<DesiredTool> desired, ImmutableArray<string> problems, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var removed = _tools.Where(pair => desired.All(tool => tool.Tool.QualifiedName != pair.Key)).ToArray();
            foreach (var tool in desired.Where(tool => !_tools.ContainsKey(tool.Tool.QualifiedName)))
            {
                _tools = _tools.Add(tool.Tool.QualifiedName, new ServedTool(services, tool));
            }
            _tools = _tools.RemoveRange(removed.Select(pair => pair.Key));
            var changed = await Task.WhenAll(desired.Select(tool => ApplyAsync(tool, cancellationToken)));
            Publish(removed.Length > 0 || changed.Any(one => one), problems);
            foreach (var (name, tool) in removed)
            {
                tool.Retire();
                Removed(_logger, name);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Tries again what failed in a way that may pass, each after a while that grows.</summary>
    internal async Task RetryAsync(CancellationToken cancellationToken)
    {
        var due = _tools.Values.Where(tool => tool.IsRetryDue).ToArray();
        if (due.Length == 0)
        {
            return;
        }
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var changed = await Task.WhenAll(due.Select(tool => ApplyAsync(tool.Desired, cancellationToken)));
            if (changed.Any(one => one))
            {
                Publish(true, _status.Problems);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        foreach (var tool in _tools.Values)
        {
            tool.Retire();
        }
        _turn.Dispose();
    }

    private async Task<bool> ApplyAsync(DesiredTool desired, CancellationToken cancellationToken)
    {
        var tool = _tools[desired.Tool.QualifiedName];
        var before = tool.Failure;
        var changed = await tool.ApplyAsync(desired, cancellationToken);
        if (changed)
        {
            Loaded(_logger, desired.Tool.QualifiedName, tool.Current!.Facts.Digest, tool.Current.Tools.Count);
        }
        else if (tool.Failure is { } failure && failure != before)
        {
            Failed(_logger, desired.Tool.QualifiedName, failure.Reason, failure.Message, tool.Current is null ? "nothing serves" : $"{tool.Current.Facts.Digest} goes on serving");
        }
        return changed;
    }

    private void Publish(bool isChanged, ImmutableArray<string> problems)
    {
        var serving = _tools.Values.Where(tool => tool.Current is not null).ToArray();
        var collisions = serving
            .SelectMany(tool => tool.Current!.Tools.Select(one => (one.Declaration.Name, Tool: tool)))
            .GroupBy(pair => pair.Name, StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .ToDictionary(group => group.Key, group => group.Select(pair => pair.Tool.Tool.QualifiedName).ToArray(), StringComparer.Ordinal);
        if (isChanged)
        {
            // Of two tools of one name none is served: which of them an agent would get is nothing to guess.
            Catalogue.Publish(new Catalogue(serving.SelectMany(tool => tool.Current!.Tools).Where(tool => !collisions.ContainsKey(tool.Declaration.Name))));
        }
        _status = new DeckStatus(true, [.. problems, .. collisions.Select(pair =>
            $"{string.Join(" and ", pair.Value)} both have a tool {pair.Key}, so that neither is served; set spec.tools.prefix or rename in one of them")]);
    }

    [LoggerMessage(1, LogLevel.Information, "{Tool} serves {Digest} with {Count} tools")]
    private static partial void Loaded(ILogger logger, string tool, string digest, int count);

    [LoggerMessage(2, LogLevel.Error, "{Tool}: {Reason}: {Message}; {Rest}")]
    private static partial void Failed(ILogger logger, string tool, string reason, string message, string rest);

    [LoggerMessage(3, LogLevel.Information, "{Tool} is served no more")]
    private static partial void Removed(ILogger logger, string tool);
}

/// <summary>What is so of the whole deck.</summary>
/// <param name="IsLoaded">Whether everything was looked at once.</param>
internal sealed record DeckStatus(bool IsLoaded, ImmutableArray<string> Problems)
{
    internal static DeckStatus Starting { get; } = new(false, []);
}
