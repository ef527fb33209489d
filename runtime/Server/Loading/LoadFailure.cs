namespace Tapedeck.Server.Loading;

/// <summary>Why a tool cannot be served.</summary>
/// <param name="Reason">A word for programs, as <c>PullFailed</c>.</param>
/// <param name="Message">What, where, and what to do.</param>
/// <param name="IsRetryable">Whether the same may succeed later with nothing changed.</param>
internal sealed record LoadFailure(string Reason, string Message, bool IsRetryable)
{
    internal const string PullFailed = "PullFailed";
    internal const string NotVerified = "NotVerified";
    internal const string RolledBack = "RolledBack";
    internal const string NotAllowed = "NotAllowed";
    internal const string InvalidComponent = "InvalidComponent";
    internal const string MissingImports = "MissingImports";
    internal const string InvalidTools = "InvalidTools";
    internal const string TooLittleMemory = "TooLittleMemory";
    internal const string CrashedBefore = "CrashedBefore";
    internal const string InvalidSource = "InvalidSource";
}
