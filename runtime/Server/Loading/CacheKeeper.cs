using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tapedeck.Oci;
using Tapedeck.Oci.Storage;

namespace Tapedeck.Server.Loading;

/// <summary>
/// Keeps the cache of pulled components and compiled code within its limits: what the tools of this process use stays, the longest unread of the rest goes. Looks at
/// the start and then each hour. What is gone is pulled and compiled again.
/// </summary>
internal sealed partial class CacheKeeper : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly ContentStore _store;
    private readonly FolderCodeStore _code;
    private readonly StoreUses _uses;
    private readonly StoreLimits _limits;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, IReadOnlyCollection<Digest>> _tools = new(StringComparer.Ordinal);

    // Others may have a tool of the same name: what each uses is its own.
    private readonly string _process = $"{Guid.NewGuid():N}";
    private readonly ITimer _timer;
    private readonly Lock _collecting = new();

    /// <param name="limits">Half of the bytes are for components, half for code.</param>
    internal CacheKeeper(ContentStore store, FolderCodeStore code, StoreLimits limits, TimeProvider time, ILoggerFactory loggers)
    {
        (_store, _code, _uses) = (store, code, new StoreUses(store));
        _limits = limits with { MostBytes = limits.MostBytes / 2 };
        _logger = loggers.CreateLogger("Tapedeck.Cache");
        _timer = time.CreateTimer(_ => Collect(), null, TimeSpan.Zero, Interval);
    }

    /// <summary>The tool uses just these blobs from now on.</summary>
    internal void Keep(string tool, IReadOnlyCollection<Digest> blobs)
    {
        _tools[tool] = blobs;
        Say(tool, blobs);
    }

    private void Say(string tool, IReadOnlyCollection<Digest> blobs)
    {
        if (_uses.Keep(NameOf(tool), blobs) is { } error)
        {
            NotKept(_logger, tool, error.ToString());
        }
    }

    /// <summary>The tool is gone.</summary>
    internal void Release(string tool)
    {
        if (_tools.TryRemove(tool, out _))
        {
            _uses.Release(NameOf(tool));
        }
    }

    internal void Collect()
    {
        lock (_collecting)
        {
            Look();
        }
    }

    private void Look()
    {
        try
        {
            // Again, or a process that has no word of them for long would be taken for one that fell.
            foreach (var (tool, blobs) in _tools)
            {
                Say(tool, blobs);
                if (!_tools.ContainsKey(tool))
                {
                    // Gone just now.
                    _uses.Release(NameOf(tool));
                }
            }
            var components = StoreCollector.Collect(_store, _limits);
            var (files, bytes) = _code.Collect(_limits);
            if (components.RemovedBlobs + files > 0)
            {
                Collected(_logger, components.RemovedBlobs, files, (components.RemovedBytes + bytes) >> 20);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            NotCollected(_logger, StartException.Reason(exception));
        }
    }

    /// <summary>What was used is content like any other when this process has ended.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        foreach (var tool in _tools.Keys)
        {
            Release(tool);
        }
    }

    private string NameOf(string tool) => $"{tool} {_process}";

    [LoggerMessage(1, LogLevel.Information, "removed {Blobs} blobs and {Files} translations that nobody used, {Mebibytes} MiB")]
    private static partial void Collected(ILogger logger, int blobs, int files, long mebibytes);

    [LoggerMessage(2, LogLevel.Warning, "the cache could not be looked through: {Reason}; it is tried again in an hour")]
    private static partial void NotCollected(ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Warning, "{Tool}: {Problem}; its component may be pulled again after the next start")]
    private static partial void NotKept(ILogger logger, string tool, string problem);
}
