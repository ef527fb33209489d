using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;

namespace Tapedeck.Wasm.Tests.Compilation;

/// <summary>Listens to what the runtime says of the methods it compiles. The events come late, from a thread of the runtime's own.</summary>
internal sealed class JitEvents : EventListener
{
    private const EventKeywords Jit = (EventKeywords)0x10;
    private const int MethodLoadVerbose = 143;
    private const int TierShift = 7, TierMask = 7;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, JitTier> _tiers = [];

    /// <summary>How each of some methods of a translated module was compiled.</summary>
    /// <exception cref="TimeoutException">The runtime has not said it of all.</exception>
    internal Dictionary<string, JitTier> TiersOf(IReadOnlyCollection<string> methods)
    {
        var clock = Stopwatch.StartNew();
        while (!methods.All(_tiers.ContainsKey))
        {
            if (clock.Elapsed > Patience)
            {
                throw new TimeoutException($"no event about {methods.First(method => !_tiers.ContainsKey(method))}");
            }
            Thread.Sleep(20);
        }
        return methods.ToDictionary(method => method, method => _tiers[method]);
    }

    internal void Forget() => _tiers.Clear();

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, Jit);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData is { EventId: MethodLoadVerbose, Payload: [_, _, _, _, _, uint flags, "Code", string name, ..] })
        {
            _tiers[name] = (JitTier)((flags >> TierShift) & TierMask);
        }
    }
}

/// <summary>How a method was compiled, in the numbers of the runtime's events.</summary>
internal enum JitTier
{
    Unknown,

    /// <summary>Too large or too complex to optimise.</summary>
    MinOptJitted,
    Optimized,
    QuickJitted,
    OptimizedTier1,
    OptimizedTier1Osr,
    InstrumentedTier,
    InstrumentedTierOptimized,
}
