using System.Collections.Immutable;

namespace Tapedeck.Policy.Specs;

/// <summary>What a policy says about one kind of capability.</summary>
public sealed record EntryLists<TAllow, TDeny>(ImmutableArray<TAllow> Allow, ImmutableArray<TDeny> Deny)
{
    public bool IsEmpty => Allow.IsEmpty && Deny.IsEmpty;
}
