using System.Collections.Immutable;
using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Storage;

namespace Tapedeck.Policy.Matching;

/// <summary>A folder that the guest starts with, and the rules that give it.</summary>
public sealed class Preopen
{
    internal Preopen(GuestPath path, ImmutableArray<Rule<StorageEntry>> rules, StorageAccess denied)
    {
        Path = path;
        Rules = rules;
        Volume = rules[0].Entry.Volume;
        SubPath = rules[0].Entry.SubPath;
        Access = rules.Aggregate(StorageAccess.None, (access, rule) => access | rule.Entry.Access) & ~denied;
    }

    public GuestPath Path { get; }

    public Volume Volume { get; }

    public string? SubPath { get; }

    /// <summary>The most that is granted anywhere in it; None where a denial takes it all.</summary>
    public StorageAccess Access { get; }

    internal ImmutableArray<Rule<StorageEntry>> Rules { get; }
}
