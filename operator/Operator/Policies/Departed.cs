using System.Collections.Immutable;

namespace Tapedeck.Operator.Policies;

/// <summary>
/// Remembers which policies selected a tool, so that one that is deleted does not take its denials with it at once: it may be pruned and on its way back. Safe for
/// all threads. RATIONALE.md, "What becomes of the denials of a policy that is deleted?"
/// </summary>
internal sealed class Departed(TimeProvider time)
{
    /// <summary>How long what a deleted policy denied stays denied.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Memory> _tools = new(StringComparer.Ordinal);

    /// <summary>The policies that are gone and still count, and how long the first of them does.</summary>
    /// <param name="uid">Of the tool.</param>
    /// <param name="stated">What its status names, for the first look after a start.</param>
    /// <param name="isThere">Whether there is a policy of that kind and name, whether or not it selects the tool.</param>
    internal (ImmutableArray<PolicyName> Held, TimeSpan? Left) Look(string uid, IEnumerable<PolicyName> stated, Func<PolicyName, bool> isThere)
    {
        lock (_lock)
        {
            var memory = _tools.TryGetValue(uid, out var known) ? known : _tools[uid] = new Memory { Names = [.. stated.Select(name => name with { Generation = 0 })] };
            PolicyName[] gone = [.. memory.Names.Where(name => !isThere(name))];
            foreach (var name in memory.Since.Keys.Except(gone).ToArray())
            {
                memory.Since.Remove(name);
            }
            foreach (var name in gone)
            {
                memory.Since.TryAdd(name, time.GetTimestamp());
            }
            var held = gone.Select(name => (Name: name, Left: Grace - time.GetElapsedTime(memory.Since[name]))).Where(item => item.Left > TimeSpan.Zero).ToArray();
            return ([.. held.Select(item => item.Name)], held.Length == 0 ? null : held.Min(item => item.Left));
        }
    }

    /// <summary>These select the tool now, those that are held included.</summary>
    internal void Remember(string uid, IEnumerable<PolicyName> names)
    {
        lock (_lock)
        {
            if (_tools.TryGetValue(uid, out var memory))
            {
                memory.Names = [.. names.Select(name => name with { Generation = 0 })];
            }
        }
    }

    /// <summary>The tool is gone.</summary>
    internal void Forget(string uid)
    {
        lock (_lock)
        {
            _tools.Remove(uid);
        }
    }

    private sealed class Memory
    {
        /// <summary>Without generations: another one of the same name is the policy that came back.</summary>
        internal ImmutableArray<PolicyName> Names { get; set; } = [];
        internal Dictionary<PolicyName, long> Since { get; } = [];
    }
}
