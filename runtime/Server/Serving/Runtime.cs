using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Tapedeck.Components;
using Tapedeck.Exposition;
using Tapedeck.Oci;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Storage;
using Tapedeck.Server.Calls;
using Tapedeck.Server.Loading;
using Tapedeck.Server.Logs;
using Tapedeck.Wasi;
using Tapedeck.Wasm;

namespace Tapedeck.Server.Serving;

/// <summary>Everything that tools run with, made once and given up at the end.</summary>
internal sealed class Runtime : IDisposable
{
    private readonly Engine _engine;
    private readonly Puller _puller;
    private readonly Telemetry _telemetry;
    private readonly CrashLedger? _crashes;

    /// <exception cref="StartException">A folder of the cache or the key cannot be made or read.</exception>
    internal Runtime(RuntimeOptions options, IMounts mounts, ILoggerFactory loggers, TimeProvider time)
    {
        var cache = options.CacheFolder;
        _telemetry = new Telemetry(tool => Metrics!.Remove("tool", tool));
        Metrics = new PrometheusText(meter => ReferenceEquals(meter, _telemetry.Meter) || meter.Name == LogPipe.MeterName);
        var code = cache is null ? null : Made(cache, () => new FolderCodeStore(Path.Combine(cache, "code"), time));
        _engine = new Engine(new EngineOptions
        {
            Lifetime = options.Lifetime,
            CallThreads = options.CallThreads,
            // Calls that are interrupted together count until their threads have noticed, which takes a while where many of them share a few processors.
            AbandonedCalls = options.CallThreads / 2,
            MemoryBytes = options.MemoryBytes,
            ModuleLimits = options.ModuleLimits,
            CodeStore = code,
            CodeKey = cache is null ? default : options.CodeKeyFile is { } file ? Made(file, () => FolderCodeStore.KeyAt(file)) : RandomNumberGenerator.GetBytes(32),
        });
        var store = cache is null ? null : OpenStore(cache, time);
        _puller = new Puller(options.Pull, store);
        Cache = store is null || code is null ? null : new CacheKeeper(store, code, options.CacheLimits, time, loggers);
        _crashes = cache is null ? null : Made(cache, () => new CrashLedger(Path.Combine(cache, "crashes"), time));
        Services = new Services
        {
            Crashes = _crashes,
            Engine = _engine,
            Linker = WasiImports.AddTo(new Linker()),
            Puller = _puller,
            Progress = options.Progress,
            ToolPulls = options.ToolsSayHowToPull ? new ToolPulls(options.Pull, store, mounts, CredentialHelper.AskAsync) : null,
            Tags = store is null ? null : new TagCheck(store, options.RollbackAllowed),
            Verifier = new Verifier(time) { Deadline = options.Pull.Deadline },
            TrustPolicy = options.TrustPolicy,
            Mounts = mounts,
            Memory = new MemoryBudget(options.MemoryBytes),
            Telemetry = _telemetry,
            Audit = new AuditLog(loggers, options.AuditArguments, time),
            Recent = new RecentCalls(time),
            Time = time,
            Cache = Cache,
        };
        _telemetry.Observe(_engine, Services.Memory, CachesOf(code, store));
        Deck = new Deck(Services, loggers);
    }

    internal Services Services { get; }

    internal Deck Deck { get; }

    internal PrometheusText Metrics { get; }

    /// <summary>Null where there is no cache.</summary>
    internal CacheKeeper? Cache { get; }

    /// <summary>How often each had what was wanted, and how often not.</summary>
    private static (string Cache, Func<long> Hits, Func<long> Misses)[] CachesOf(FolderCodeStore? code, ContentStore? components) =>
        [("code", () => code?.Hits ?? 0, () => code?.Misses ?? 0), ("components", () => components?.Hits ?? 0, () => components?.Misses ?? 0)];

    private static T Made<T>(string path, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"the cache {path} cannot be made or written ({StartException.Reason(exception)}); give --cache a folder of this user's, or none");
        }
    }

    /// <summary>Opens what was pulled into a cache before.</summary>
    /// <exception cref="StartException">The folder cannot be made or read.</exception>
    internal static ContentStore OpenStore(string cache, TimeProvider time)
    {
        var store = ContentStore.Open(Path.Combine(cache, "components"), time);
        return store.IsOk ? store.Value : throw new StartException(store.Error.ToString());
    }

    public void Dispose()
    {
        Deck.Dispose();
        Cache?.Dispose();
        _engine.Dispose();
        _puller.Dispose();
        Metrics.Dispose();
        _telemetry.Dispose();
        _crashes?.Dispose();
    }
}
