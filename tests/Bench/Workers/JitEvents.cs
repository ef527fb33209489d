using System.Diagnostics.Tracing;

namespace Tapedeck.Bench.Workers;

/// <summary>Listens to what the runtime's JIT says of itself: each method it compiled, how large it is, how it was compiled and how long that took.</summary>
internal sealed class JitEvents : EventListener
{
    private const EventKeywords Jit = (EventKeywords)0x10;
    private const int MethodLoadVerbose = 143, MethodJittingStarted = 145;
    private const int TierShift = 7, TierMask = 7;
    private static readonly string[] Tiers = ["unknown", "minopts", "optimised", "quick", "tier 1", "osr", "instrumented", "instrumented, optimised"];

    private readonly Dictionary<ulong, (DateTime At, uint IlBytes)> _started = [];
    private readonly List<(string Name, string Tier, uint IlBytes, uint NativeBytes, TimeSpan Time)> _methods = [];

    /// <summary>Prints the methods of translated modules that took longest.</summary>
    internal void Print(int most)
    {
        lock (_methods)
        {
            foreach (var tier in _methods.GroupBy(m => m.Tier))
            {
                Console.WriteLine($"{tier.Key}: {tier.Count()} methods, {tier.Sum(m => m.IlBytes)} bytes of IL, {tier.Sum(m => m.NativeBytes)} of code, {tier.Sum(m => m.Time.TotalMilliseconds):F0} ms");
            }
            foreach (var (name, tier, il, native, time) in _methods.OrderByDescending(m => m.Time).Take(most))
            {
                Console.WriteLine($"{name,-10} {tier,-14} {il,8} bytes of IL {native,8} of code {time.TotalMilliseconds,8:F1} ms");
            }
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, Jit);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        var payload = eventData.Payload!;
        lock (_methods)
        {
            if (eventData.EventId == MethodJittingStarted)
            {
                _started[(ulong)payload[0]!] = (eventData.TimeStamp, (uint)payload[3]!);
            }
            else if (eventData.EventId == MethodLoadVerbose && _started.TryGetValue((ulong)payload[0]!, out var start) && (string)payload[6]! == "Code")
            {
                _methods.Add(((string)payload[7]!, Tiers[((uint)payload[5]! >> TierShift) & TierMask], start.IlBytes, (uint)payload[3]!, eventData.TimeStamp - start.At));
            }
        }
    }
}
