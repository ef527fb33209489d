using System.Collections.Immutable;

namespace Tapedeck.Operator.Artifacts;

/// <summary>What is known of what a spec stands for at present: one of the records below.</summary>
internal abstract record Resolution
{
    private Resolution()
    {
    }

    /// <summary>The registry was not asked yet, or has not answered.</summary>
    internal sealed record Pending : Resolution;

    internal sealed record Found(Artifact Artifact) : Resolution
    {
        /// <summary>What a person should see to, though it stops nothing today.</summary>
        internal ImmutableArray<string> Notices { get; init; } = [];
    }

    /// <param name="Failure">Which condition it is about.</param>
    /// <param name="Reason">One word, for a condition.</param>
    /// <param name="IsRetryable">It may pass by itself.</param>
    internal sealed record Failed(ResolutionFailure Failure, string Reason, string Message, bool IsRetryable) : Resolution;
}

internal enum ResolutionFailure
{
    /// <summary>There is no digest.</summary>
    NotResolved,

    /// <summary>There is one, and it may not be used.</summary>
    NotVerified,
}
